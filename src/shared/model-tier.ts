/** Words of plans and teams that stand for a model. */
import * as z from 'zod';

export const ModelTier = z.enum(['smart', 'balanced', 'fast']);
export type ModelTier = z.infer<typeof ModelTier>;
