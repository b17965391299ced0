/** (d) A run of very many tasks: whether an event costs more when there were many before it. */
import { measureInChild } from '../child-process.ts';
import { inWorkFolder } from '../work-folder.ts';
import { LongRunOutcome } from './long-run-outcome.ts';

export type LongRun = LongRunOutcome & {
  /** Last tenth over first, for wall time, processor time and plain commits. */
  growth: { wall: number; processor: number; commit: number };
};

/** Of an agent, before it finishes: a task has about 50 events then. */
const reads = 9;
const limit = 50;

export async function measureLongRun({
  tasks,
  seed,
}: {
  tasks: number;
  seed: number;
}): Promise<LongRun[]> {
  const runs: LongRun[] = [];
  for (const journal of ['sqlite', 'memory']) {
    const outcome = await inWorkFolder((folder) => {
      const args = [folder, journal, tasks, limit, reads, seed].map(String);
      return measureInChild('long-run-child.ts', args, LongRunOutcome);
    });
    runs.push({ ...outcome, growth: growthOf(outcome) });
  }
  return runs;
}

function growthOf({ tenths }: LongRunOutcome): LongRun['growth'] {
  const [first, last] = [tenths[0], tenths.at(-1)];
  const ratio = (of: 'wall' | 'processor' | 'commit') =>
    first && last ? last[of] / first[of] : Number.NaN;
  return { wall: ratio('wall'), processor: ratio('processor'), commit: ratio('commit') };
}
