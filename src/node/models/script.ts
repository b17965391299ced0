/** The format of a scripted model: what it answers in which turn of which conversation. */
import * as z from 'zod';

const milliseconds = z.number().int().nonnegative().max(600_000);

/** What goes wrong instead of an answer. With `times`, only for the first so many requests. */
export const Fault = z.union([
  z.strictObject({
    status: z.number().int().min(400).max(599),
    /** The service's word for it, e.g. `overloaded_error`; by status where absent. */
    type: z.string().min(1).optional(),
    message: z.string().min(1),
    /** Seconds. */
    retryAfter: z.number().nonnegative().optional(),
    times: z.number().int().positive().optional(),
  }),
  /** The connection breaks in the middle of the answer. */
  z.strictObject({ cut: z.literal(true), times: z.number().int().positive().optional() }),
  /** Something that is no JSON comes in the middle of the answer. */
  z.strictObject({ malformed: z.literal(true), times: z.number().int().positive().optional() }),
  /** The answer stops in the middle, and the connection stays open until the client leaves. */
  z.strictObject({ hang: z.literal(true), times: z.number().int().positive().optional() }),
]);
export type Fault = z.infer<typeof Fault>;

/** One answer of the model. Its tool inputs need not fit the tools' schemas. */
export const Step = z.strictObject({
  thinking: z.string().optional(),
  text: z.string().optional(),
  calls: z
    .array(z.strictObject({ name: z.string().min(1), input: z.record(z.string(), z.json()) }))
    .optional(),
  /** By default `tools` where there are calls, else `end`. */
  stop: z.enum(['end', 'tools', 'length', 'refusal']).optional(),
  /** Tokens; what is absent is estimated. */
  usage: z
    .strictObject({
      input: z.number().int().nonnegative().optional(),
      output: z.number().int().nonnegative().optional(),
      cacheRead: z.number().int().nonnegative().optional(),
      cacheWrite: z.number().int().nonnegative().optional(),
    })
    .optional(),
  /** How long the whole answer takes, spread over its pieces. */
  delayMs: milliseconds.optional(),
  /** The model that says it answered, where that is not the one asked. */
  model: z.string().min(1).optional(),
  fault: Fault.optional(),
});
export type Step = z.infer<typeof Step>;

export const Script = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  /** Models that a server offers beside its own list. */
  models: z
    .array(z.strictObject({ id: z.string().min(1), displayName: z.string().min(1) }))
    .optional(),
  /**
   * Steps by conversation id, one for each turn. A key that ends in `*` stands for every id with
   * that beginning; the exact key is tried first, then the longest beginning.
   */
  conversations: z.record(z.string().min(1), z.array(Step).min(1)),
});
export type Script = z.infer<typeof Script>;

/**
 * The step for a request; the same request always gets the same one.
 * @param turn how many assistant messages the request holds already
 * @returns the step, or why there is none
 */
export function stepFor(
  script: Script,
  conversationId: string,
  turn: number,
): { step: Step } | { missing: string } {
  const key = keyFor(script, conversationId);
  if (key === undefined) {
    return {
      missing: `The script '${script.name}' has no conversation '${conversationId}' (it has: ${Object.keys(script.conversations).join(', ')}).`,
    };
  }
  const steps = script.conversations[key] ?? [];
  const step = steps[turn];
  if (step) return { step };
  return {
    missing: `The script '${script.name}' has no step for turn ${turn} of conversation '${conversationId}' ('${key}' has ${steps.length}, counted from 0).`,
  };
}

function keyFor(script: Script, conversationId: string): string | undefined {
  if (Object.hasOwn(script.conversations, conversationId)) return conversationId;
  return Object.keys(script.conversations)
    .filter((key) => key.endsWith('*') && conversationId.startsWith(key.slice(0, -1)))
    .sort((left, right) => right.length - left.length)[0];
}

/** What stops the answer: as the step says, else by whether it calls tools. */
export function stopOf(step: Step): 'end' | 'tools' | 'length' | 'refusal' {
  return step.stop ?? (step.calls && step.calls.length > 0 ? 'tools' : 'end');
}

/** A rough count of tokens: four characters each. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Cuts a text into pieces of a few words, as models stream it; joined they are the text. */
export function piecesOf(text: string): string[] {
  return text.match(/(?:\s*\S+){1,4}\s*|\s+/gu) ?? [];
}
