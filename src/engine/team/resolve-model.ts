/** A model as declared (an id, or smart, balanced or fast) and the id that runs. */
import { ModelTier } from '../../shared/model-tier.ts';

export function resolveModel(declared: string, tiers: Record<ModelTier, string>): string {
  const tier = ModelTier.safeParse(declared);
  return tier.success ? tiers[tier.data] : declared;
}
