/** Kills an apply or a revert of 50 files before each of some steps, and looks at what the next start makes of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createApply } from '../../../src/node/apply/apply.ts';
import { recoverApplies } from '../../../src/node/apply/recover-applies.ts';
import { RunId } from '../../../src/shared/ids.ts';
import { treeOf } from '../../unit/node/apply/tree-of.ts';
import { fiftyChanges, makeWorkspace } from './fifty-files.ts';

export type Kind = 'apply' | 'revert';
type Tree = Record<string, string>;

/** What the next start says: `before` and `after` also when there was nothing to say. */
export type Outcome = 'rolled-back' | 'completed' | 'before' | 'after';

export type ApplyCrashSuite = {
  /** Of an apply or a revert that nobody kills. */
  steps: Record<Kind, number>;
  /** @throws AssertionError when the workspace is neither, or not what the start says */
  killBefore(kind: Kind, step: number): Promise<Outcome>;
  close(): Promise<void>;
};

const program = path.join(import.meta.dirname, 'apply-or-revert.ts');
const run = RunId.parse('20260101-000000-aaaaaa');

export async function openApplyCrashSuite(): Promise<ApplyCrashSuite> {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-apply-crash-')));
  const template = path.join(base, 'template');
  await makeWorkspace(template);
  const original = await treeOf(template);
  const open = async (name: string) => {
    const [workspace, folder] = [path.join(base, name, 'W'), path.join(base, name, 'state')];
    await cp(template, workspace, { recursive: true, verbatimSymlinks: true });
    return { workspace, folder, close: () => rm(path.join(base, name), { recursive: true }) };
  };
  const whole = async (kind: Kind) => {
    const { workspace, folder, close } = await open(`whole-${kind}`);
    const ended = await start([kind, workspace, folder, run]);
    assert.equal(ended.signal, null);
    const tree = await treeOf(workspace);
    await close();
    return { steps: Number(ended.stdout), tree };
  };
  const [applied, reverted] = [await whole('apply'), await whole('revert')];
  assert.deepEqual(reverted.tree, original);
  assert.equal(fiftyChanges.length, 50);
  const trees: Record<Kind, { before: Tree; after: Tree }> = {
    apply: { before: original, after: applied.tree },
    revert: { before: applied.tree, after: original },
  };

  return {
    steps: { apply: applied.steps, revert: reverted.steps },
    async killBefore(kind, step) {
      const { workspace, folder, close } = await open(`${kind}-${step}`);
      const { signal } = await start([kind, workspace, folder, run, String(step)]);
      assert.equal(signal, 'SIGKILL');
      const found = await recoverApplies(folder, workspace);
      const tree = await treeOf(workspace);
      const outcome = outcomeOf(found, tree, trees[kind]);
      const expected = trees[kind][isDone(outcome) ? 'after' : 'before'];
      assert.deepEqual(tree, expected, `${kind}, killed before step ${step}: ${outcome}`);
      const recovered = await createApply({ workspace, folder, run }).recovered();
      assert.deepEqual(
        recovered.map((each) => [each.kind, each.outcome]),
        found.map((each) => [kind, isDone(outcome) ? 'applied' : each.outcome]),
        'the log is told what the person is told',
      );
      assert.deepEqual(await recoverApplies(folder, workspace), []);
      await close();
      return outcome;
    },
    close: () => rm(base, { recursive: true, force: true }),
  };
}

function outcomeOf(
  found: Awaited<ReturnType<typeof recoverApplies>>,
  tree: Tree,
  { after }: { after: Tree },
): Outcome {
  const [only, ...more] = found;
  assert.deepEqual(more, []);
  if (only === undefined)
    return JSON.stringify(tree) === JSON.stringify(after) ? 'after' : 'before';
  if (only.outcome === 'completed' || only.outcome === 'rolled-back') return only.outcome;
  assert.fail(`The next start says ${only.outcome}: ${only.problem}`);
}

function isDone(outcome: Outcome): boolean {
  return outcome === 'completed' || outcome === 'after';
}

async function start(
  args: readonly string[],
): Promise<{ signal: NodeJS.Signals | null; stdout: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const [code, signal] = await once(child, 'close');
  assert.ok(code === 0 || signal === 'SIGKILL', `it ended with ${code} ${signal}`);
  return { signal, stdout };
}
