/** The last commit of a lane: its base, until the agent commits. Kept beside the lane's index, since no ref may be. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LaneId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { Places } from './places.ts';

export type LaneHead = {
  /** `anew`, or on another base, the base is the head; else the commits made on it still count. */
  begin(base: string, how: { anew: boolean }): Promise<void>;
  /** @throws MusterError `staging` before the lane was opened */
  read(): Promise<string>;
  move(commit: string): Promise<void>;
  forget(): Promise<void>;
};

export function laneHead(places: Places, lane: LaneId): LaneHead {
  const file = path.join(places.scratch, 'heads', lane);
  const load = async () => {
    const text = await readFile(file, 'utf8').catch(() => '');
    const [, base, head] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64})\n$/.exec(text) ?? [];
    return base === undefined || head === undefined ? undefined : { base, head };
  };
  const save = async (base: string, head: string) => {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, `${base} ${head}\n`);
    await rename(draft, file);
  };
  const require = async () => {
    const found = await load();
    if (found !== undefined) return found;
    throw new MusterError(
      'staging',
      'The last commit of this working copy is not known. Your files were not touched. Retry the task; it starts from the last recorded state.',
    );
  };
  return {
    async begin(base, { anew }) {
      if (anew || (await load())?.base !== base) await save(base, base);
    },
    read: async () => (await require()).head,
    move: async (commit) => save((await require()).base, commit),
    forget: () => rm(file, { force: true }),
  };
}
