/** An apply whose process was killed at any step is found wholly done or wholly undone at the next start. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, it } from 'mocha';
import { createApply } from '../../../../src/node/apply/apply.ts';
import type { ApplyOperations } from '../../../../src/node/apply/apply-operations.ts';
import type { FoundApply } from '../../../../src/node/apply/recover-applies.ts';
import { recoverApplies } from '../../../../src/node/apply/recover-applies.ts';
import { processIdentity } from '../../../../src/node/process-identity.ts';
import { MusterError } from '../../../../src/shared/muster-error.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { countedOperations } from './counted-operations.ts';
import { makeSample, sampleAfter, sampleChanges, write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const program = fileURLToPath(new URL('./apply-and-die.ts', import.meta.url));

/** From that step on nothing is done any more, as after a kill; cheaper than a process for each step. */
function stoppingOperations(lastStep: number): ApplyOperations {
  return countedOperations(async (step) => {
    if (step > lastStep) throw Object.assign(new Error('stopped'), { code: 'EIO' });
  });
}

describe('An apply that was killed', () => {
  const temporaryFolder = temporaryFolders();
  let base: string;
  let workspace: string;
  let folder: string;

  beforeEach(async () => {
    base = await temporaryFolder();
    ({ workspace, folder } = await makePlaces('first'));
  });

  type Places = { workspace: string; folder: string };

  async function makePlaces(name: string): Promise<Places> {
    const places = {
      workspace: path.join(base, name, 'W'),
      folder: path.join(base, name, 'state'),
    };
    await mkdir(places.workspace, { recursive: true });
    await makeSample(places.workspace);
    return places;
  }

  async function killedBefore(step: number): Promise<boolean> {
    const child = spawn(process.execPath, [program, workspace, folder, String(step)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code, signal] = await once(child, 'exit');
    assert.ok(code === 0 || signal === 'SIGKILL', `it ended with ${code} ${signal}`);
    return signal === 'SIGKILL';
  }

  /** False when it came to its end. */
  async function stoppedBefore(step: number, places: Places): Promise<boolean> {
    const apply = createApply({ ...places, operations: stoppingOperations(step) });
    return apply.apply(sampleChanges, new AbortController().signal).then(
      () => false,
      () => true,
    );
  }

  /** Tries every step until one is past the end, several beside each other. */
  async function forEveryStep(
    name: string,
    attempt: (step: number, places: Places) => Promise<boolean>,
  ): Promise<number> {
    for (let steps = 0; ; steps += 8) {
      const group = Array.from({ length: 8 }, (_, index) => steps + index);
      const stopped = await Promise.all(
        group.map(async (step) => attempt(step, await makePlaces(`${name}-${step}`))),
      );
      if (stopped.includes(false)) return steps + stopped.indexOf(false);
    }
  }

  async function placeOfApply(): Promise<string> {
    const [id = ''] = await readdir(path.join(folder, 'applies'));
    return path.join(folder, 'applies', id);
  }

  it('at any step, leaves the workspace as before or as after, never between', async function () {
    this.timeout(60_000);
    const before = await treeOf(workspace);
    const outcomes = new Set<string>();
    const steps = await forEveryStep('stop', async (step, places) => {
      if (!(await stoppedBefore(step, places))) {
        assert.deepEqual(await treeOf(places.workspace), sampleAfter);
        return false;
      }
      const recovered = await recoverApplies(places.folder, places.workspace);
      assert.equal(recovered.length, 1, `at step ${step}`);
      const outcome = recovered[0]?.outcome ?? 'failed';
      const expected = outcome === 'completed' ? sampleAfter : before;
      assert.deepEqual(await treeOf(places.workspace), expected, `${outcome} at step ${step}`);
      assert.deepEqual(await recoverApplies(places.folder, places.workspace), []);
      outcomes.add(outcome);
      return true;
    });
    assert.ok(steps >= 20, `only ${steps} steps`);
    assert.deepEqual(outcomes, new Set(['rolled-back', 'completed']));
  });

  it('at any step of being taken back, is taken back by the next start', async function () {
    this.timeout(60_000);
    const before = await treeOf(workspace);
    const steps = await forEveryStep('again', async (step, places) => {
      assert.ok(await stoppedBefore(24, places));
      const stopping = stoppingOperations(step);
      const [first] = await recoverApplies(places.folder, places.workspace, {
        operations: stopping,
      });
      const isStopped = first?.outcome === 'failed';
      if (isStopped) await recoverApplies(places.folder, places.workspace);
      assert.deepEqual(await treeOf(places.workspace), before, `at step ${step}`);
      return isStopped;
    });
    assert.ok(steps >= 20, `only ${steps} steps`);
  });

  it('is taken back before the next apply', async () => {
    await killedBefore(14);
    const apply = createApply({ workspace, folder });
    assert.deepEqual(await apply.apply(sampleChanges, new AbortController().signal), {
      applied: true,
      merged: [],
      unsaved: [],
    });
    assert.deepEqual(await treeOf(workspace), sampleAfter);
  });

  it('leaves alone what a person changed meanwhile, says so, and keeps what stood there', async () => {
    await killedBefore(24);
    await writeFile(path.join(workspace, 'a.txt'), 'typed since');
    const [recovered] = await recoverApplies(folder, workspace);
    assert.deepEqual([recovered?.outcome, recovered?.foreign], ['rolled-back', ['a.txt']]);
    assert.equal(await readFile(path.join(workspace, 'a.txt'), 'utf8'), 'typed since');
    assert.ok((await readFile(path.join(recovered?.folder ?? '', 'kept'))).length > 0);
    assert.deepEqual(await recoverApplies(folder, workspace), []);
  });

  it('is not touched while its process lives', async () => {
    await killedBefore(14);
    const planFile = path.join(await placeOfApply(), 'plan.json');
    const plan = JSON.parse(await readFile(planFile, 'utf8'));
    plan.owner = { pid: process.pid, identity: await processIdentity(process.pid) };
    await writeFile(planFile, JSON.stringify(plan));
    const between = await treeOf(workspace);
    assert.equal((await recoverApplies(folder, workspace))[0]?.outcome, 'in-progress');
    assert.deepEqual(await treeOf(workspace), between);
    const next = createApply({ workspace, folder }).apply(
      [write('x', undefined, 'x')],
      new AbortController().signal,
    );
    await assert.rejects(next, (error) => error instanceof MusterError && error.code === 'in-use');
  });

  it('is recognised although another process has its number now', async () => {
    await killedBefore(14);
    const planFile = path.join(await placeOfApply(), 'plan.json');
    const plan = JSON.parse(await readFile(planFile, 'utf8'));
    plan.owner.pid = process.pid;
    await writeFile(planFile, JSON.stringify(plan));
    assert.equal((await recoverApplies(folder, workspace))[0]?.outcome, 'rolled-back');
  });

  it('with a damaged plan or copy is reported, and everything is kept', async () => {
    await killedBefore(24);
    const place = await placeOfApply();
    await writeFile(path.join(place, 'kept'), 'damaged');
    const problems: Array<FoundApply | undefined> = [(await recoverApplies(folder, workspace))[0]];
    await writeFile(path.join(place, 'plan.json'), '{');
    problems.push((await recoverApplies(folder, workspace))[0]);
    assert.deepEqual(
      problems.map((each) => each?.outcome),
      ['failed', 'failed'],
    );
    assert.match(problems[0]?.problem ?? '', /damaged/);
    assert.equal(problems[0]?.folder, place);
  });

  it('before its plan was written has done nothing, and is tidied up later', async () => {
    const place = path.join(folder, 'applies', 'x');
    await mkdir(place, { recursive: true });
    assert.deepEqual(await recoverApplies(folder, workspace), []);
    assert.deepEqual(await readdir(path.join(folder, 'applies')), ['x']);
    await utimes(place, new Date(0), new Date(0));
    assert.deepEqual(await recoverApplies(folder, workspace), []);
    assert.deepEqual(await readdir(path.join(folder, 'applies')), []);
  });

  it('in another workspace, or in one that is gone, is left for later', async () => {
    await killedBefore(14);
    assert.deepEqual(await recoverApplies(folder, base), []);
    assert.deepEqual(await recoverApplies(folder, path.join(base, 'gone')), []);
    assert.equal((await recoverApplies(folder, workspace))[0]?.outcome, 'rolled-back');
  });
});
