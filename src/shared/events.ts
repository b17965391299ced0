/** Every event of a run's log. Only ever added to: a log of any release must still fold. */
import * as z from 'zod';
import { approvalEvents } from './approval-events.ts';
import { changeEvents } from './change-events.ts';
import { conversationEvents } from './conversation-events.ts';
import { RunId } from './ids.ts';
import { planEvents } from './plan-events.ts';
import { runEvents } from './run-events.ts';
import { taskEvents } from './task-events.ts';

export const eventVersion = 1;

const bodies = {
  ...runEvents,
  ...conversationEvents,
  ...planEvents,
  ...approvalEvents,
  ...taskEvents,
  ...changeEvents,
} as const;

type Bodies = typeof bodies;
export type EventType = keyof Bodies;

/** An event before the journal gives it its number and time. */
export type EventBody = {
  [Type in EventType]: { type: Type } & z.infer<Bodies[Type]>;
}[EventType];

/** By type; what `docs/events.md` is generated from. */
export const eventBodies: Record<EventType, z.ZodType> = bodies;

const Envelope = z.object({
  v: z.literal(eventVersion),
  /** Counts from 1 without gaps in a run. */
  seq: z.number().int().positive(),
  at: z.iso.datetime(),
  runId: RunId,
});
export type Envelope = z.infer<typeof Envelope>;

export type RunEvent = Envelope & EventBody;
export type EventOf<Type extends EventType> = Extract<RunEvent, { type: Type }>;

const AnyEvent = z.looseObject({
  v: z.number().int().positive(),
  seq: z.number().int().positive(),
  at: z.string(),
  runId: RunId,
  type: z.string(),
});
/** An event of a later version: kept in the log and skipped by the fold. */
export type UnknownEvent = z.infer<typeof AnyEvent>;

/** Of each type, envelope and body in one: a log of thousands of events is parsed at every resume. */
const whole = Object.fromEntries(
  Object.entries(bodies).map(([type, body]) => [
    type,
    z.object({ ...Envelope.shape, type: z.literal(type), ...body.shape }),
  ]),
);

/**
 * Parses one record of a log.
 * @returns the event, or `{ known: false }` for a type or version that this release does not know
 * @throws ZodError when a known event does not fit its schema
 */
export function parseEvent(
  value: unknown,
): { known: true; event: RunEvent } | { known: false; event: UnknownEvent } {
  const schema = schemaOf(value);
  if (schema === undefined) return { known: false, event: AnyEvent.parse(value) };
  return { known: true, event: schema.parse(value) as RunEvent };
}

function schemaOf(value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('v' in value) || value.v !== eventVersion || !('type' in value)) return undefined;
  const { type } = value;
  return typeof type === 'string' && Object.hasOwn(whole, type) ? whole[type] : undefined;
}
