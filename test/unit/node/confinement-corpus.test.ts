/** The shared corpus of attacks on files and search, and of what must stay allowed: in a lane and at apply. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { describe, it } from 'mocha';
import { createPathGuard } from '../../../src/node/path-guard.ts';
import { brokenNameRule, isGitName, parsePath } from '../../../src/node/path-rules.ts';
import { protectionWords } from '../../../src/shared/protected-files.ts';
import {
  type Case,
  corpusCases,
  hasCorpus,
  isJudged,
  sayRule,
} from '../../support/confinement/corpus.ts';
import {
  applyIn,
  doInLane,
  refusalOf,
  reviewedWrites,
  written,
} from '../../support/confinement/guarded-tools.ts';
import { givenPath, makeWorld, type World } from '../../support/confinement/world.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { treeOf } from './apply/tree-of.ts';

/** The rule that refuses each case in a lane; a case that is not here must be refused by any. */
const heldBy: Record<string, string> = {
  'att-001': 'outside',
  'att-003': 'not-found',
  'att-005': 'absolute',
  'att-006': 'absolute',
  'att-007': 'absolute',
  'att-012': 'root',
  'att-013': 'root',
  'att-020': 'special-file',
  'att-021': 'link-outside',
  'att-025': 'link-outside',
  'att-034': 'outside',
  'att-047': 'outside',
  'att-049': 'git-folder',
  'att-050': 'git-folder',
  'att-061': 'git-folder',
  'att-062': 'git-folder',
  'att-063': 'git-folder',
  'att-065': 'git-folder',
  'att-066': 'git-folder',
  'att-193': 'absolute',
};

/** Every byte as it was reviewed, on the disk. */
const appliedAsIs = { applied: true, merged: [], unsaved: [] };

/** What protects each file that is asked about by itself. */
const protectedBy: Record<string, keyof typeof protectionWords> = {
  'att-051': 'editor',
  'att-052': 'editor',
  'att-053': 'editor',
  'att-056': 'editor',
  'att-059': 'agents',
  'att-070': 'hooks',
  'att-072': 'scripts',
  'att-074': 'packages',
  'att-076': 'container',
  'att-077': 'agents',
  'att-078': 'agents',
};

describe('The confinement corpus', () => {
  const temporaryFolder = temporaryFolders();
  const worldFor = async (each: Case): Promise<World> =>
    makeWorld(await temporaryFolder(), each.setup);

  if (!hasCorpus) {
    it('is not beside this repository, so that its cases are not run', function () {
      this.skip();
    });
    return;
  }

  const changesFiles = (each: Case): boolean =>
    /^(?:fs\.(?:write|edit|delete|move)|patch|worktree)$/u.test(each.tool);

  /** What stands on no disk of this platform is judged by the rules on names and paths alone. */
  function ruleOnWindows(file: string): string | undefined {
    const parsed = parsePath(file, ['C:\\base\\W'], 'win32');
    if (!parsed.ok) return parsed.rule;
    let depth = 0;
    for (const name of parsed.components) {
      const rule = name === '..' ? undefined : brokenNameRule(name, { platform: 'win32' });
      if (rule !== undefined) return rule;
      depth += name === '..' ? -1 : 1;
      if (depth < 0) return 'outside';
    }
    return undefined;
  }

  async function attackInLane(each: Case): Promise<string> {
    const world = await worldFor(each);
    for (const race of world.races) await race();
    const before = await treeOf(world.base);
    const work = doInLane(each, world);
    let rule: string | undefined;
    if (each.expect === 'contain') {
      let result: unknown;
      rule = await refusalOf(
        work.then((value) => {
          result = value;
        }),
      );
      assert.doesNotMatch(JSON.stringify([result, rule]), /secret/);
    } else {
      rule = await refusalOf(work);
      assert.ok(rule, 'it was not refused');
      if (heldBy[each.id] !== undefined) assert.equal(rule, heldBy[each.id]);
      assert.deepEqual(await treeOf(world.base), before);
    }
    assert.deepEqual(await treeOf(path.join(world.base, 'O')), outsideOf(before));
    return rule ?? 'nothing outside was seen or changed';
  }

  function outsideOf(tree: Record<string, string>): Record<string, string> {
    const outside = Object.entries(tree).filter(([name]) => name.startsWith('O/'));
    return Object.fromEntries(outside.map(([name, value]) => [name.slice(2), value]));
  }

  async function attackAtApply(each: Case): Promise<string> {
    let rule = '';
    const world = await worldFor(each);
    const writes = await reviewedWrites(each, world);
    for (const race of world.races) await race();
    const before = await treeOf(world.base);
    // A yes to a protected file is no way around the guard.
    for (const confirmed of [false, true]) {
      const outcome = await applyIn(
        world,
        writes.map((write) => ({ ...write, confirmed })),
      );
      assert.ok(!outcome.applied, 'it was applied');
      assert.deepEqual(await treeOf(world.base), before);
      rule = outcome.refused[0]?.reason ?? `a conflict: ${outcome.conflicts[0]?.reason}`;
    }
    return rule;
  }

  async function asksAlways(each: Case): Promise<string> {
    const world = await worldFor(each);
    const writes = await reviewedWrites(each, world);
    const before = await treeOf(world.root);
    const refused = await applyIn(world, writes);
    assert.ok(!refused.applied, 'it was applied without a yes of its own');
    const rule = refused.refused[0]?.reason ?? '';
    const kind = protectedBy[each.id];
    if (kind) assert.ok(refused.refused[0]?.reason.includes(protectionWords[kind]));
    assert.deepEqual(await treeOf(world.root), before);
    const confirmed = writes.map((write) => ({ ...write, confirmed: true }));
    assert.deepEqual(await applyIn(world, confirmed), appliedAsIs);
    assert.deepEqual(await readFile(path.join(world.root, each.input.path)), written);
    return rule;
  }

  for (const each of [
    ...corpusCases('attacks.jsonl', /^/u),
    ...corpusCases('benign.jsonl', /^/u),
  ].filter((each) => !isJudged(each))) {
    it(`${each.id} ${each.tool}: ${each.why} (has a test)`, () =>
      assert.fail('no test of this repository judges a case of this kind'));
  }

  const known = (each: Case): boolean => each.tool !== 'worktree' || each.input.args.length === 0;

  for (const each of corpusCases('attacks.jsonl', /^(?:fs\.|search$|patch$|worktree$)/u)) {
    if (!known(each)) continue;
    const shown = JSON.stringify(each.input.patch || each.input.glob || each.input.path);
    const title = `${each.id} ${each.tool} ${shown}: ${each.why}`;
    const isGitFolder = each.input.path.split('/').some(isGitName);

    if (each.platform === 'win32' && process.platform !== 'win32') {
      it(`${title} (by its name)`, function () {
        // A junction has an ordinary name; what it leads to is seen on a Windows disk alone.
        if (each.input.path.startsWith('junction')) this.skip();
        const rule = ruleOnWindows(each.input.path);
        assert.ok(rule, 'it was not refused');
        sayRule(this, rule);
      });
      continue;
    }
    if (each.expect === 'ask-always' && !isGitFolder) {
      it(`${title} (not without a yes of its own)`, async function () {
        sayRule(this, await asksAlways(each));
      });
      continue;
    }
    it(`${title} (in a lane)`, async function () {
      sayRule(this, await attackInLane(each));
    });
    if (!changesFiles(each)) continue;
    it(`${title} (at apply)`, async function () {
      sayRule(this, await attackAtApply(each));
    });
  }

  for (const each of corpusCases('benign.jsonl', /^(?:fs\.|search$)/u)) {
    it(`${each.id} ${each.tool} ${JSON.stringify(each.input.path)}: ${each.why} (stays allowed)`, async function () {
      const world = await worldFor(each);
      await doInLane(each, world);
      const place = await createPathGuard(world.root).locate(givenPath(each.input.path, world));
      assert.deepEqual(await readFile(place.absolute), written);
      const after = Buffer.from('applied');
      const change = { path: place.path, before: written, after };
      assert.deepEqual(await applyIn(world, [change]), appliedAsIs);
      assert.deepEqual(await readFile(place.absolute), after);
      sayRule(this, 'no rule');
    });
  }
});
