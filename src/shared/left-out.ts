/** What a snapshot does not hold, and why. */
import * as z from 'zod';

export const LeftOut = z.object({ path: z.string(), reason: z.string() });
export type LeftOut = z.infer<typeof LeftOut>;
