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
import { patchOf, type RandomCase, randomCase } from './random-texts.ts';

const bytes = (text: string | undefined) =>
  text === undefined ? undefined : Buffer.from(text, 'latin1');
const textOf = (content: Uint8Array | undefined) =>
  content === undefined ? undefined : Buffer.from(content).toString('latin1');

type Decided = Pick<FileChange, 'hunks' | 'encoding'> & {
  decisions: Record<string, HunkDecision>;
};
function decided(file: FileChange, decide: (at: number) => HunkDecision): Decided {
  const decisions = file.hunks.map((hunk, at) => [hunk.id, decide(at)] as const);
  return { ...file, decisions: Object.fromEntries(decisions) };
}

const random = seededRandom();

/** Of bytes, and as many again of what has a byte order mark. */
const amount = 4_000;

describe(`Accepted hunks of ${amount} random changes (SEED=${random.seed})`, function () {
  this.timeout(180_000);
  const makeFolder = temporaryFolders();
  const cases = new Map<string, RandomCase>();
  before(() => {
    for (let count = 0; count < amount; count += 1) {
      cases.set(`f${count}`, randomCase(random, count));
    }
  });

  /** The files that differ, with the hunks that staging shows. */
  async function stagedChanges(): Promise<Array<{ file: FileChange; texts: RandomCase }>> {
    const place = await stagedWorkspace(await makeFolder());
    for (const [name, { base }] of cases) await writeFile(path.join(place.workspace, name), base);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    for (const [name, { head }] of cases)
      await writeFile(path.join(place.laneFolder(laneA), name), head);
    const { files } = await staging.diff(commit, await staging.recordTree(laneA, never), never);
    return files.map((file) => {
      const texts = cases.get(file.path);
      assert.ok(texts);
      return { file, texts };
    });
  }

  /** git knows no encoding: it is given the lines of the text as bytes. */
  async function byGit(patches: readonly string[]): Promise<(name: string) => Promise<string>> {
    const folder = await makeFolder();
    for (const [name, { lines }] of cases)
      await writeFile(path.join(folder, name), lines.base, 'latin1');
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, GIT_CEILING_DIRECTORIES: path.dirname(folder) },
      input: Buffer.from(patches.join(''), 'latin1'),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    return (name) => readFile(path.join(folder, name), 'latin1');
  }

  it('are the file that git makes of the same hunks, and all of them are the proposal', async () => {
    const changed = await stagedChanges();
    assert.ok(changed.length > amount * 0.75);
    for (const encoding of ['utf-16le', 'utf-16be', undefined]) {
      const some = changed.filter(({ file }) => file.encoding === encoding);
      assert.ok(some.length > amount / 10, `${some.length} of ${encoding ?? 'bytes'}`);
      assert.ok(some.filter(({ file }) => file.hunks.length > 1).length > some.length / 4);
    }
    const chosen = changed.map(({ file, texts }) => {
      const some = decided(file, () =>
        random.chance(0.5) ? 'accepted' : random.pick(['rejected', 'undecided']),
      );
      const accepted = file.hunks.filter((hunk) => some.decisions[hunk.id] === 'accepted');
      return { file, texts, some, accepted };
    });
    const patches = chosen
      .filter(({ accepted }) => accepted.length > 0)
      .map(({ file, texts, accepted }) => patchOf(file, texts.lines, accepted));
    const expected = await byGit(patches);
    for (const { file, texts, some } of chosen) {
      const { base, head, encode } = texts;
      const result = (decisions: Decided) => textOf(applyDecisions(base, head, decisions));
      const wanted = textOf(encode(await expected(file.path)));
      assert.equal(result(some), wanted, JSON.stringify({ file, some }));
      assert.equal(result(decided(file, () => 'accepted')), textOf(head));
      assert.equal(result(decided(file, () => 'rejected')), textOf(base));
      assert.equal(result({ ...file, decisions: {} }), textOf(base));
    }
  });

  it('are what the review shows, once every hunk is decided', async () => {
    for (const { file, texts } of await stagedChanges()) {
      const { base, head } = texts;
      const some = decided(file, () => (random.chance(0.5) ? 'accepted' : 'rejected'));
      assert.equal(
        textOf(applyDecisions(base, head, some)),
        textOf(withoutRejected(base, head, some)),
      );
      const undecided = decided(file, () => 'undecided');
      assert.equal(textOf(withoutRejected(base, head, undecided)), textOf(head));
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
