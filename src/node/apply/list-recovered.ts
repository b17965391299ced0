/** What later starts found of a run's applies and reverts that were cut off. */
import { join } from 'node:path';
import type { RecoveredApply } from '../../engine/apply-port.ts';
import { appliesFolder, listApplies, readEnded, readPlan } from './apply-plan.ts';

/** Oldest first. */
export async function listRecovered({
  folder,
  run,
}: {
  folder: string;
  run?: string;
}): Promise<RecoveredApply[]> {
  const found: RecoveredApply[] = [];
  for (const id of await listApplies(folder)) {
    const place = join(appliesFolder(folder), id);
    const ended = await readEnded(place).catch(() => undefined);
    if (!ended?.recovered) continue;
    const plan = await readPlan(place).catch(() => undefined);
    if (plan === undefined || plan.run === undefined || plan.run !== run) continue;
    const files = [...plan.files, ...plan.buffers].map((file) => file.path);
    found.push({ id, kind: plan.kind, outcome: ended.outcome, files, foreign: ended.foreign });
  }
  return found;
}
