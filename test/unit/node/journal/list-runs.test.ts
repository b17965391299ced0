/** The look at all runs when the editor starts: cheap, and never stopped by one bad run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { createRun } from '../../../../src/node/journal/file-journal.ts';
import { listRuns } from '../../../../src/node/journal/list-runs.ts';
import { runFiles } from '../../../../src/node/journal/run-files.ts';
import type { EventBody } from '../../../../src/shared/events.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import type { RunSummary } from '../../../../src/shared/protocol.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { stoppedClock as clock, noon } from '../../contract/journal.ts';

const start: EventBody = {
  type: 'workflow:start',
  request: 'Sort the shelf',
  workspace: '/work',
  provider: 'demo',
  models: { smart: 's', balanced: 'b', fast: 'f' },
  limits: { maxAttempts: 3, maxTasks: 50, approvalHours: 24 },
  muster: '0.1.0',
};

describe('listing runs', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  it('finds none where none were', async () => {
    assert.deepEqual(await listRuns(path.join(await makeFolder(), 'nowhere')), []);
  });

  it('gives what was last written about each, newest first', async () => {
    const state = await makeFolder();
    const summaries = ['2030-01-01', '2030-01-03', '2030-01-02'].map(
      (day, position): RunSummary => ({
        runId: RunId.parse(`run-${position}`),
        request: `task ${position}`,
        status: 'awaiting-approval',
        startedAt: `${day}T00:00:00.000Z`,
        waiting: position === 1,
      }),
    );
    for (const summary of summaries) {
      const journal = await createRun(state, summary.runId, { clock });
      await journal.writeSummary({ ...summary, status: 'planning' });
      await journal.writeSummary(summary);
      await journal.close();
    }
    assert.deepEqual(await listRuns(state), [summaries[1], summaries[2], summaries[0]]);
  });

  it('reads the first record of a run that crashed before its first summary', async () => {
    const state = await makeFolder();
    const runId = RunId.parse('run-1');
    const journal = await createRun(state, runId, { clock });
    await journal.append([start, { type: 'workflow:status', status: 'planning' }]);
    await journal.close();
    const startedAt = noon.toISOString();
    const expected = {
      runId,
      request: 'Sort the shelf',
      status: 'unknown',
      startedAt,
      waiting: false,
    };
    assert.deepEqual(await listRuns(state), [expected]);
    await writeFile(runFiles(state, runId).summary, '{"runId":"run-1"');
    assert.deepEqual(await listRuns(state), [expected]);
  });

  it('passes over runs of which nothing can be read', async () => {
    const state = await makeFolder();
    await (await createRun(state, RunId.parse('empty'), { clock })).close();
    await mkdir(path.join(state, 'runs', 'without-log'));
    await writeFile(path.join(state, 'runs', 'a-file'), '');
    const garbled = runFiles(state, RunId.parse('garbled'));
    await mkdir(garbled.folder);
    await writeFile(garbled.log, 'garbled');
    assert.deepEqual(await listRuns(state), []);
  });

  it('loads no schemas and no log', () => {
    const module = new URL('../../../../src/node/journal/list-runs.ts', import.meta.url);
    const trace = execFileSync(
      process.execPath,
      ['--input-type=module', '--eval', loadedFilesProgram(fileURLToPath(module))],
      { encoding: 'utf8' },
    );
    const loaded: string[] = JSON.parse(trace);
    assert.ok(loaded.some((file) => file.endsWith('run-files.ts')));
    assert.deepEqual(
      loaded.filter((file) => /node_modules|events\.ts|event-log\.ts/.test(file)),
      [],
    );
  });
});

/** Prints which files were loaded on the way. */
function loadedFilesProgram(file: string): string {
  return `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({
      load(url, context, next) { loaded.push(url); return next(url, context); },
    });
    await import(${JSON.stringify(file)});
    console.log(JSON.stringify(loaded));
  `;
}
