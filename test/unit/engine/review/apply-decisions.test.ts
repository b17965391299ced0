/** What is accepted comes out byte for byte, as git itself would apply it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { applyDecisions, withoutRejected } from '../../../../src/engine/review/apply-decisions.ts';
import type { FileChange, Hunk, HunkDecision } from '../../../../src/shared/changes.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { laneA, never, stagedWorkspace } from '../../node/staging/staged-workspace.ts';
import { seededRandom } from '../../shared/seeded-random.ts';
import { patchOf, randomChange, randomText } from './random-texts.ts';

const bytes = (text: string | undefined) =>
  text === undefined ? undefined : Buffer.from(text, 'latin1');
const textOf = (content: Uint8Array | undefined) =>
  content === undefined ? undefined : Buffer.from(content).toString('latin1');

type Decided = { hunks: Hunk[]; decisions: Record<string, HunkDecision> };
function decided(file: Pick<FileChange, 'hunks'>, decide: (at: number) => HunkDecision): Decided {
  const decisions = file.hunks.map((hunk, at) => [hunk.id, decide(at)] as const);
  return { hunks: file.hunks, decisions: Object.fromEntries(decisions) };
}

const random = seededRandom();

const amount = 2_000;

describe(`Accepted hunks of ${amount} random changes (SEED=${random.seed})`, function () {
  this.timeout(90_000);
  const makeFolder = temporaryFolders();
  const cases = new Map<string, { base: string; head: string }>();
  before(() => {
    for (let count = 0; count < amount; count += 1) {
      const base = randomText(random);
      cases.set(`f${count}`, { base, head: randomChange(random, base) });
    }
  });

  /** The files that differ, with the hunks that staging shows. */
  async function stagedChanges(): Promise<Array<FileChange & { base: string; head: string }>> {
    const place = await stagedWorkspace(await makeFolder());
    for (const [name, { base }] of cases)
      await writeFile(path.join(place.workspace, name), base, 'latin1');
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    for (const [name, { head }] of cases)
      await writeFile(path.join(place.laneFolder(laneA), name), head, 'latin1');
    const { files } = await staging.diff(commit, await staging.recordTree(laneA, never), never);
    return files.map((file) => {
      const texts = cases.get(file.path);
      assert.ok(texts);
      return { ...file, ...texts };
    });
  }

  async function byGit(patches: readonly string[]): Promise<(name: string) => Promise<string>> {
    const folder = await makeFolder();
    for (const [name, { base }] of cases) await writeFile(path.join(folder, name), base, 'latin1');
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, GIT_CEILING_DIRECTORIES: path.dirname(folder) },
      input: Buffer.from(patches.join(''), 'latin1'),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    return (name) => readFile(path.join(folder, name), 'latin1');
  }

  it('are the file that git makes of the same hunks, and all of them are the proposal', async () => {
    const files = await stagedChanges();
    assert.ok(files.length > amount * 0.75);
    assert.ok(files.filter((file) => file.hunks.length > 1).length > amount / 4);
    const chosen = files.map((file) => ({
      file,
      some: decided(file, () =>
        random.chance(0.5) ? 'accepted' : random.pick(['rejected', 'undecided']),
      ),
    }));
    const accepted = ({ file, some }: (typeof chosen)[number]) =>
      file.hunks.filter((hunk) => some.decisions[hunk.id] === 'accepted');
    const patches = chosen.filter((each) => accepted(each).length > 0);
    const expected = await byGit(
      patches.map((each) => patchOf(each.file, each.file, accepted(each))),
    );
    for (const { file, some } of chosen) {
      const [base, head] = [bytes(file.base), bytes(file.head)];
      const ours = textOf(applyDecisions(base, head, some));
      assert.equal(ours, await expected(file.path), JSON.stringify({ file, some }));
      assert.equal(
        textOf(
          applyDecisions(
            base,
            head,
            decided(file, () => 'accepted'),
          ),
        ),
        file.head,
      );
      assert.equal(
        textOf(
          applyDecisions(
            base,
            head,
            decided(file, () => 'rejected'),
          ),
        ),
        file.base,
      );
      assert.equal(
        textOf(applyDecisions(base, head, { hunks: file.hunks, decisions: {} })),
        file.base,
      );
    }
  });

  it('are what the review shows, once every hunk is decided', async () => {
    for (const file of await stagedChanges()) {
      const some = decided(file, () => (random.chance(0.5) ? 'accepted' : 'rejected'));
      const [base, head] = [bytes(file.base), bytes(file.head)];
      assert.equal(
        textOf(applyDecisions(base, head, some)),
        textOf(withoutRejected(base, head, some)),
      );
      const undecided = decided(file, () => 'undecided');
      assert.equal(textOf(withoutRejected(base, head, undecided)), file.head);
    }
  });
});

describe('Accepted hunks', () => {
  const hunk = (id: string, base: [number, number], head: [number, number]): Hunk => ({
    id,
    baseStart: base[0],
    baseLines: base[1],
    headStart: head[0],
    headLines: head[1],
  });
  const apply = (
    base: string | undefined,
    head: string | undefined,
    hunks: Hunk[],
    decisions: Record<string, HunkDecision>,
  ) => textOf(applyDecisions(bytes(base), bytes(head), { hunks, decisions }));

  it('of a file that was added or deleted make it or remove it', () => {
    const added = [hunk('h', [0, 0], [1, 2])];
    assert.equal(apply(undefined, 'a\nb', added, { h: 'accepted' }), 'a\nb');
    assert.equal(apply(undefined, 'a\nb', added, { h: 'rejected' }), undefined);
    assert.equal(apply(undefined, 'a\nb', added, {}), undefined);
    const deleted = [hunk('h', [1, 1], [0, 0])];
    assert.equal(apply('a\n', undefined, deleted, { h: 'accepted' }), undefined);
    assert.equal(apply('a\n', undefined, deleted, { h: 'undecided' }), 'a\n');
  });

  it('keep the ends of line of the other lines', () => {
    const hunks = [hunk('one', [1, 1], [1, 1]), hunk('two', [3, 1], [3, 2])];
    const [base, head] = ['a\r\nb\r\nc', 'A\r\nb\r\nC\r\nd\n'];
    assert.equal(apply(base, head, hunks, { one: 'accepted' }), 'A\r\nb\r\nc');
    assert.equal(apply(base, head, hunks, { two: 'accepted' }), 'a\r\nb\r\nC\r\nd\n');
  });

  it('at the very beginning and end of a file stand where they belong', () => {
    const hunks = [hunk('top', [0, 0], [1, 1]), hunk('end', [2, 0], [4, 1])];
    assert.equal(apply('a\nb\n', 'x\na\nb\ny\n', hunks, { top: 'accepted' }), 'x\na\nb\n');
    assert.equal(apply('a\nb\n', 'x\na\nb\ny\n', hunks, { end: 'accepted' }), 'a\nb\ny\n');
  });
});
