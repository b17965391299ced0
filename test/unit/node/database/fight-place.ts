/** Where processes fight over one database: its runs, the processes, and the diary that they write. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { type Database, openDatabase } from '../../../../src/node/database/open-database.ts';
import type { EventBody } from '../../../../src/shared/events.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { whenFile } from '../../../support/when-file.ts';

export type FightPlace = {
  folder: string;
  diary: string;
  database: Database;
  ids: readonly RunId[];
  start(program: string, args: readonly string[]): ChildProcess;
  /** Waits, while the process lives that is to make it so. */
  diarySays(child: ChildProcess, what: (diary: string) => boolean): Promise<void>;
};

const limits = { maxAttempts: 3, maxTasks: 50, approvalHours: 24 };
const models = { smart: 'm', balanced: 'm', fast: 'm' };

/** Of each run, behind its start. */
type Prepared = { runs: number; beginning: readonly EventBody[] };

/** Ends the processes and removes all, however the fight goes. */
export async function inFightPlace<Result>(
  prepared: Prepared,
  fight: (place: FightPlace) => Promise<Result>,
): Promise<Result> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-fight-')));
  const children: ChildProcess[] = [];
  try {
    const diary = path.join(folder, 'diary');
    await writeFile(diary, '');
    const database = await openDatabase(folder, { clock: { now: () => new Date() } });
    const ids = await prepare(database, prepared);
    return await fight({
      folder,
      diary,
      database,
      ids,
      start(program, args) {
        const stdio = ['ignore', 'inherit', 'inherit'] as const;
        const child = spawn(process.execPath, [program, folder, ...args], { stdio: [...stdio] });
        children.push(child);
        return child;
      },
      diarySays: (child, what) => saysWhileAlive({ diary, child, what }),
    });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(database: Database, { runs, beginning }: Prepared): Promise<RunId[]> {
  const ids = Array.from({ length: runs }, (_, index) => RunId.parse(`run-${index}`));
  for (const runId of ids) {
    const journal = await database.createRun(runId);
    const start = { request: 'Do it', workspace: '/w', provider: 'demo', models, limits };
    await journal.append([{ type: 'workflow:start', ...start, muster: '0' }, ...beginning]);
    await journal.close();
  }
  return ids;
}

async function saysWhileAlive({
  diary,
  child,
  what,
}: {
  diary: string;
  child: ChildProcess;
  what: (diary: string) => boolean;
}): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort(new Error('a process ended too early'));
  child.once('exit', end);
  if (child.exitCode !== null) end();
  try {
    await whenFile(diary, what, { signal: ended.signal });
  } catch (error) {
    // It may have ended right after it had written that.
    if (!what(await readFile(diary, 'utf8'))) throw error;
  } finally {
    child.off('exit', end);
  }
}

/** @returns what `read` finds in the database, which is whole */
export function inWholeDatabase<Result>(
  folder: string,
  read: (sqlite: DatabaseSync) => Result,
): Result {
  const sqlite = new DatabaseSync(databaseFile(folder));
  try {
    const [check] = sqlite.prepare('PRAGMA integrity_check').all();
    assert.equal(check?.integrity_check, 'ok');
    return read(sqlite);
  } finally {
    sqlite.close();
  }
}
