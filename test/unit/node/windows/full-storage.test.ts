/** The disk that holds the log fills up in the middle of a run: said clearly, the workspace untouched, and the run goes on when there is room. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { ModelProvider } from '../../../../src/engine/model-port.ts';
import { Script } from '../../../../src/node/models/script.ts';
import { createScriptedProvider } from '../../../../src/node/models/scripted-provider.ts';
import type { RunHost } from '../../../../src/node/run-host.ts';
import { contentsOf } from '../../../support/folder-contents.ts';
import { creates, scriptOf } from '../../../support/runs/script-parts.ts';
import { openHost, runUntilReview } from '../../../support/runs/scripted-run.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';

const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n'.repeat(50_000)) });
const provider = () => createScriptedProvider(Script.parse(script), { pace: 0 });

const fill = (file: string) => writeFile(file, Buffer.alloc(16 * 1024 * 1024)).catch(() => {});

/** The disk is full when the first answer to the task comes. */
function filling(file: string): ModelProvider {
  const inner = provider();
  return {
    ...inner,
    async streamTurn(request, onText, signal) {
      await fill(file);
      return inner.streamTurn(request, onText, signal);
    },
  };
}

describe('storage that is full in the middle of a run', function () {
  this.timeout(60_000);
  const temporaryFolder = temporaryFolders();

  it('ends the run where it is with what to do, and a resume goes on from there', async function () {
    const root = await temporaryFolder();
    const [workspace, state] = [path.join(root, 'workspace'), path.join(root, 'state')];
    await mkdir(workspace);
    await mkdir(state);
    await writeFile(path.join(workspace, 'a.txt'), 'one\n');
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', state]).status !== 0) {
      this.skip();
    }
    let host: RunHost | undefined;
    try {
      const told = { files: {}, events: [], writes: [], recovered: [] };
      host = await openHost(root, workspace, told);
      const driver = await host.start('Do it', provider());
      const { runId } = driver.state;
      driver.start();
      await driver.idle();
      const filler = path.join(state, 'filler');
      await fill(filler);
      const [open] = driver.state.approvals;
      assert.ok(open?.hash !== undefined);
      const approve = { decision: 'approve', hash: open.hash } as const;
      await assert.rejects(driver.decide(open.approvalId, approve, 'me'), {
        code: 'storage',
        message: /the disk is full.*your files were not touched.*Free some space/s,
      });
      assert.deepEqual(Object.keys(await contentsOf(workspace)), ['a.txt']);
      await rm(filler);
      await host.release(runId);
      const again = await host.resume(runId, filling(filler));
      await assert.rejects(runUntilReview(again), { code: 'storage', message: /the disk is full/ });
      assert.deepEqual(Object.keys(await contentsOf(workspace)), ['a.txt']);
      await rm(filler);
      await host.release(runId);
      const last = await host.resume(runId, provider());
      assert.equal((await runUntilReview(last)).status, 'reviewing');
    } finally {
      await host?.close();
      execFileSync('umount', [state]);
    }
  });
});
