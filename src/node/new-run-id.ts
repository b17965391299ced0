/** Ids of runs: they sort by time, and several processes never make the same. */
import type { Clock, Random } from '../engine/ports.ts';
import { RunId } from '../shared/ids.ts';

export function newRunId(clock: Clock, random: Random): RunId {
  const at = clock.now().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return RunId.parse(`${at}-${random.token(6)}`);
}
