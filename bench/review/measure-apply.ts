/** Apply and revert of many files, beside plain writes of the same files that are as durable. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createApply } from '../../src/node/apply/apply.ts';
import { RunId } from '../../src/shared/ids.ts';
import { alternate, median } from '../engine/statistics.ts';
import { inWorkFolder } from '../engine/work-folder.ts';
import type { Changed } from './changed-files.ts';
import { timed } from './measure-hunks.ts';

export type Applied = { what: string; files: number; ms: number; overPlain: number };

const never = new AbortController().signal;
const run = RunId.parse('20260101-000000-aaaaaa');

type Round = { plain: number; apply: number; revert: number; merge: number };

export async function measureApply(
  changed: readonly Changed[],
  rounds: number,
): Promise<Applied[]> {
  const measured: Round[] = [];
  // All in one round, so that a ratio compares what the disk did at nearly the same time.
  await alternate(
    [{ name: 'round', run: async () => measured.push(await oneRound(changed)) }],
    rounds,
  );
  const row = (what: string, name: keyof Round): Applied => ({
    what,
    files: changed.length,
    ms: median(measured.map((round) => round[name])),
    overPlain: median(measured.map((round) => round[name] / round.plain)),
  });
  return [
    row('plain: write, fsync, one after the other', 'plain'),
    row('apply', 'apply'),
    row('revert', 'revert'),
    row('apply, every file merged with a change since', 'merge'),
  ];
}

function oneRound(changed: readonly Changed[]): Promise<Round> {
  return inWorkFolder(async (folder) => {
    const place = async (name: string, prefix = '') => {
      const root = path.join(folder, name);
      for (const file of changed) {
        const target = path.join(root, file.path);
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, Buffer.concat([Buffer.from(prefix), file.before.bytes]));
      }
      return root;
    };
    const [plainRoot, workspace] = [await place('plain'), await place('workspace')];
    const movedOn = await place('moved-on', 'mine\n');
    const writes = changed.map(({ path: name, before, after }) => ({
      path: name,
      before: before.bytes,
      after: after.bytes,
    }));
    const plain = await timed(() => writePlainly(plainRoot, changed));
    const apply = createApply({ workspace, folder: path.join(folder, 'state'), run });
    const applied = await timed(async () => {
      if (!(await apply.apply(writes, never)).applied) throw new Error('It was refused');
    });
    const reverted = await timed(async () => {
      if ((await apply.revert(never)).left.length > 0) throw new Error('Something was left');
    });
    const merging = createApply({ workspace: movedOn, folder: path.join(folder, 'other'), run });
    const merge = await timed(async () => {
      const outcome = await merging.apply(writes, never);
      const merged = outcome.applied ? outcome.merged.length : 0;
      if (merged !== changed.length) throw new Error(`${merged} were merged`);
    });
    return { plain, apply: applied, revert: reverted, merge };
  });
}

async function writePlainly(root: string, changed: readonly Changed[]): Promise<void> {
  for (const file of changed) {
    const handle = await open(path.join(root, file.path), 'w');
    try {
      await handle.writeFile(file.after.bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
