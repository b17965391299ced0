/** A process group that can be told from a later one. */
import * as z from 'zod';

/**
 * A process group and when it started, so that a later one with its number is not taken for it.
 * `token` stands in the environment of its members, for when the first of them is gone.
 */
export const ProcessRef = z.object({
  group: z.number().int().positive(),
  start: z.string(),
  token: z.string().exactOptional(),
});
export type ProcessRef = z.infer<typeof ProcessRef>;
