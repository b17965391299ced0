/** Ceilings on money, tokens and working time: what they bound, and how they are named in the log. */
import * as z from 'zod';

export const CeilingKind = z.enum(['usd', 'tokens', 'minutes']);
export type CeilingKind = z.infer<typeof CeilingKind>;

/** As a plan or a team names them, for a task with its reviews or for all of an agent's own work. */
export const Limits = z.object({
  max_tokens: z.number().int().positive().exactOptional(),
  max_usd: z.number().positive().exactOptional(),
  max_minutes: z.number().positive().exactOptional(),
});
export type Limits = z.infer<typeof Limits>;

const ceiling = {
  kind: CeilingKind,
  scope: z.enum(['run', 'agent', 'task']),
  /** Name of the agent or id of the task; absent for the run. */
  of: z.string().exactOptional(),
};
const amount = z.number().nonnegative();

/** `null` stands for no ceiling. */
export const CeilingSet = z.object({ ...ceiling, limit: z.number().positive().nullable() });

export const CeilingNear = z.object({ ...ceiling, limit: z.number().positive(), spent: amount });

/** US dollars, tokens or minutes, by `kind`. */
export const CeilingReached = CeilingNear.extend({
  /** What the next request may take at most, beyond what is spent. */
  needed: amount,
  /** A model without a known price, so that no amount of money can bound it. */
  unpriced: z.string().exactOptional(),
});
export type CeilingReached = z.infer<typeof CeilingReached>;

export type Ceiling = Pick<z.infer<typeof CeilingSet>, 'kind' | 'scope' | 'of'>;

/** Stable and unique in a run; part of approval ids. */
export function ceilingKey({ kind, scope, of }: Ceiling): string {
  return of === undefined ? `${kind}/${scope}` : `${kind}/${scope}/${of}`;
}

/** `$1.20`, `12,000 tokens`, `4.5 minutes`. */
export function amountWords(kind: CeilingKind, value: number): string {
  switch (kind) {
    case 'usd':
      return value > 0 && value < 0.01 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`;
    case 'tokens':
      return `${Math.round(value).toLocaleString('en')} tokens`;
    case 'minutes':
      return `${value.toLocaleString('en', { maximumFractionDigits: 1 })} minutes`;
  }
}

/** `the run`, `the agent Ada`, `the task parser`. */
export function scopeWords({ scope, of }: Ceiling): string {
  return of === undefined ? `the ${scope}` : `the ${scope} ${of}`;
}

/** What stopped, and why: one or two sentences for the person. */
export function reachedWords(reached: CeilingReached): string {
  const { kind, limit, spent, needed, unpriced } = reached;
  const of = `The ceiling of ${amountWords(kind, limit)} for ${scopeWords(reached)}`;
  if (unpriced !== undefined) {
    return `${of} cannot be kept: no price is known for the model ${unpriced}, so Muster asks it nothing more until you take the ceiling away.`;
  }
  if (kind === 'minutes') {
    return `${of} is reached: ${amountWords(kind, spent)} of work are done.`;
  }
  const have = spent > 0 ? `${amountWords(kind, spent)} are spent` : 'nothing is spent yet';
  return `${of} is reached: ${have}, and the next request may take up to ${amountWords(kind, needed)}.`;
}

/** The lowest new limit that lets the next request be made, rounded up to what one would type. */
export function leastLimit({ kind, spent, needed }: CeilingReached): number {
  switch (kind) {
    case 'usd':
      return Math.max(1, Math.ceil((spent + needed) * 100 - 1e-8)) / 100;
    case 'tokens':
      return Math.ceil(spent + needed);
    case 'minutes':
      return Math.floor(spent) + 1;
  }
}
