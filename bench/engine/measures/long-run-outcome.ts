/** What a process that ran very many tasks says about it. */
import * as z from 'zod';

export const Tenth = z.object({
  events: z.number(),
  /** Milliseconds for each event. */
  wall: z.number(),
  /** Milliseconds of processor time for each event, all threads of the process. */
  processor: z.number(),
  /** Milliseconds of one plain commit, as measured meanwhile: how busy the disk was. */
  commit: z.number(),
});
export type Tenth = z.infer<typeof Tenth>;

export const LongRunOutcome = z.object({
  journal: z.string(),
  tasks: z.number(),
  events: z.number(),
  /** Calls of `append`, each a commit of its own unless the journal joins them. */
  appends: z.number(),
  seconds: z.number(),
  tenths: z.array(Tenth),
  /** Megabytes. */
  memory: z.object({
    before: z.number(),
    most: z.number(),
    heapBefore: z.number(),
    heapAfter: z.number(),
  }),
  databaseBytesPerEvent: z.number(),
});
export type LongRunOutcome = z.infer<typeof LongRunOutcome>;
