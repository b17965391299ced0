/** A new ceiling as a person types it. */
import { type CeilingReached, leastLimit } from '../shared/ceiling.ts';

/** @returns undefined for what is no number or too low to go on; `$5`, `5.50` and `200,000` are numbers */
export function limitTyped(text: string, ceiling: CeilingReached): number | undefined {
  const bare = text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(/,(?=\d{3}(?:\D|$))/g, '');
  if (!/^\d+(?:\.\d+)?$/.test(bare)) return undefined;
  const number = Number(bare);
  return number >= leastLimit(ceiling) ? number : undefined;
}
