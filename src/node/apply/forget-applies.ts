/** Keeps what applies replaced within bounds: the newest stay, and what goes can be reverted no more. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appliesFolder, listApplies, readEnded } from './apply-plan.ts';
import { keptBytes } from './kept-bytes.ts';

const maxKeptBytes = 1024 * 1024 * 1024;
const maxKeptApplies = 200;

/** Those that have not ended stay, and the newest, whatever its size. Best effort. */
export async function forgetOldApplies(
  folder: string,
  limits = { bytes: maxKeptBytes, applies: maxKeptApplies },
): Promise<void> {
  const [newest, ...older] = (await listApplies(folder)).toReversed();
  if (newest === undefined) return;
  let bytes = await keptBytes(join(appliesFolder(folder), newest));
  for (const [index, id] of older.entries()) {
    const place = join(appliesFolder(folder), id);
    const ended = await readEnded(place).catch(() => undefined);
    if (ended === undefined) continue;
    bytes += await keptBytes(place);
    if (bytes <= limits.bytes && index + 2 <= limits.applies) continue;
    await rm(place, { recursive: true, force: true }).catch(() => {});
  }
}
