/** The shared corpus of attacks on files and search, and of what must stay allowed: in a lane and at apply. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { createApply } from '../../../src/node/apply/apply.ts';
import { createLaneFiles } from '../../../src/node/lane-files.ts';
import { createLaneSearch } from '../../../src/node/lane-search.ts';
import { createPathGuard } from '../../../src/node/path-guard.ts';
import { brokenNameRule, isGitName, parsePath } from '../../../src/node/path-rules.ts';
import { isMusterError } from '../../../src/shared/muster-error.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { treeOf } from './apply/tree-of.ts';

const Case = z.object({
  id: z.string(),
  tool: z.string(),
  input: z.looseObject({
    path: z.string().default('.'),
    pattern: z.string().default('x'),
    glob: z.string().optional(),
  }),
  setup: z.array(z.array(z.string())),
  platform: z.enum(['any', 'linux', 'win32']),
  expect: z.enum(['refuse', 'contain', 'ask', 'ask-always', 'allow']),
  why: z.string(),
});
type Case = z.infer<typeof Case>;

const corpus = fileURLToPath(new URL('../../../../shared/corpora/confinement/', import.meta.url));

function casesIn(file: string): Case[] {
  const lines = readFileSync(path.join(corpus, file), 'utf8').split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line))
    .filter((each) => /^(?:fs\.|search$)/u.test(each.tool))
    .map((each) => Case.parse(each));
}

const never = new AbortController().signal;
const content = Buffer.from('written');

describe('The confinement corpus', () => {
  const temporaryFolder = temporaryFolders();

  if (!existsSync(corpus)) {
    it('is not beside this repository, so that its cases are not run', function () {
      this.skip();
    });
    return;
  }

  type World = { root: string; base: string; races: Array<() => Promise<unknown>> };

  async function makeWorld(each: Case): Promise<World> {
    const base = await temporaryFolder();
    const world: World = { base, root: path.join(base, 'W'), races: [] };
    await mkdir(world.root);
    await mkdir(path.join(base, 'O'));
    await writeFile(path.join(base, 'O', 'secret'), 'outside secret');
    for (const step of each.setup) await setUp(world, step);
    return world;
  }

  async function setUp(world: World, [operation, name = '', other = '']: string[]): Promise<void> {
    const file = path.join(world.root, name);
    await mkdir(path.dirname(file), { recursive: true });
    switch (operation) {
      case 'dir':
        await mkdir(file, { recursive: true });
        return;
      case 'file':
        return writeFile(file, other);
      case 'symlink':
        return symlink(other, file);
      case 'hardlink':
        return link(path.join(world.root, other), file);
      case 'fifo':
        execFileSync('mkfifo', [file]);
        return;
      case 'race':
        world.races.push(async () => {
          await rm(file, { recursive: true, force: true });
          await symlink(other, file);
        });
        return;
      case 'race-content':
        world.races.push(() => writeFile(file, other));
        return;
      case 'rootlink':
        await symlink('W', path.join(world.base, 'rootlink'));
        world.root = path.join(world.base, 'rootlink');
        return;
      default:
        assert.fail(`The corpus has a step that this test does not know: ${operation}`);
    }
  }

  const given = (each: Case, world: World): string => each.input.path.replaceAll('{W}', world.root);

  /** What the tool does in a lane. */
  async function inLane(each: Case, world: World): Promise<unknown> {
    const files = createLaneFiles(world.root);
    const where = given(each, world);
    switch (each.tool) {
      case 'fs.read':
        return files.read(where);
      case 'fs.write':
        return files.write(where, content);
      case 'fs.edit':
        await files.read(where);
        return files.write(where, content);
      case 'fs.delete':
        return files.remove(where);
      case 'fs.list':
        return files.list(where, { limit: 100 }, never);
      case 'search': {
        const { pattern, glob } = each.input;
        const query = { pattern, regex: true, context: 0, limit: 100, ...(glob && { glob }) };
        return createLaneSearch(world.root, { timeLimitMs: 1000 }).find(query, never);
      }
      default:
        assert.fail(`The corpus has a tool that this test does not know: ${each.tool}`);
    }
  }

  /** Takes the file as it was before the races for what was reviewed. */
  async function atApply(each: Case, world: World, before?: Uint8Array): Promise<boolean> {
    const after = each.tool === 'fs.delete' ? {} : { after: content };
    const change = { path: given(each, world), ...(before && { before }), ...after };
    const folder = path.join(world.base, 'state');
    const outcome = await createApply({ workspace: world.root, folder }).apply([change], never);
    return outcome.applied;
  }

  async function reviewed(each: Case, world: World): Promise<Uint8Array | undefined> {
    const file = path.resolve(world.root, given(each, world));
    if (each.setup.every(([operation]) => operation !== 'file')) return undefined;
    return readFile(file).catch(() => undefined);
  }

  async function isRefused(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return false;
    } catch (error) {
      assert.ok(isMusterError(error), `not an error for people: ${error}`);
      return true;
    }
  }

  const changesFiles = (each: Case): boolean => /^fs\.(?:write|edit|delete|move)$/u.test(each.tool);

  /** What stands on no disk of this platform is judged by the rules on names and paths alone. */
  function isRefusedOnWindows(file: string): boolean {
    const parsed = parsePath(file, ['C:\\base\\W'], 'win32');
    if (!parsed.ok) return true;
    let depth = 0;
    for (const name of parsed.components) {
      if (name !== '..' && brokenNameRule(name, { platform: 'win32' })) return true;
      depth += name === '..' ? -1 : 1;
      if (depth < 0) return true;
    }
    return false;
  }

  async function attackInLane(each: Case): Promise<void> {
    const world = await makeWorld(each);
    for (const race of world.races) await race();
    const before = await treeOf(world.base);
    const work = inLane(each, world);
    if (each.expect === 'contain') {
      const result = await work.catch((error: unknown) =>
        assert.ok(isMusterError(error), String(error)),
      );
      assert.doesNotMatch(JSON.stringify(result ?? ''), /secret/);
    } else {
      assert.ok(await isRefused(work), 'it was not refused');
      assert.deepEqual(await treeOf(world.base), before);
    }
    assert.deepEqual(await treeOf(path.join(world.base, 'O')), outsideOf(before));
  }

  function outsideOf(tree: Record<string, string>): Record<string, string> {
    const outside = Object.entries(tree).filter(([name]) => name.startsWith('O/'));
    return Object.fromEntries(outside.map(([name, value]) => [name.slice(2), value]));
  }

  async function attackAtApply(each: Case): Promise<void> {
    const world = await makeWorld(each);
    const seen = await reviewed(each, world);
    for (const race of world.races) await race();
    const before = await treeOf(world.base);
    assert.equal(await atApply(each, world, seen), false, 'it was applied');
    assert.deepEqual(await treeOf(world.base), before);
  }

  for (const each of casesIn('attacks.jsonl')) {
    const shown = JSON.stringify(each.input.glob ?? each.input.path);
    const title = `${each.id} ${each.tool} ${shown}: ${each.why}`;
    const isGitFolder = each.input.path.split('/').some(isGitName);

    if (each.platform === 'win32' && process.platform !== 'win32') {
      it(`${title} (by its name)`, function () {
        // A junction has an ordinary name; what it leads to is seen on a Windows disk alone.
        if (each.input.path.startsWith('junction')) this.skip();
        assert.ok(isRefusedOnWindows(each.input.path), 'it was not refused');
      });
      continue;
    }
    if (each.expect === 'ask-always' && !isGitFolder) {
      it(`${title} (a yes of its own at review: no rule of the guard)`, function () {
        this.skip();
      });
      continue;
    }
    it(`${title} (in a lane)`, () => attackInLane(each));
    if (changesFiles(each)) it(`${title} (at apply)`, () => attackAtApply(each));
  }

  for (const each of casesIn('benign.jsonl')) {
    it(`${each.id} ${each.tool} ${JSON.stringify(each.input.path)}: ${each.why} (stays allowed)`, async () => {
      const world = await makeWorld(each);
      await inLane(each, world);
      const place = await createPathGuard(world.root).locate(given(each, world));
      assert.deepEqual(await readFile(place.absolute), content);
      const after = Buffer.from('applied');
      const change = { path: place.path, before: content, after };
      const folder = path.join(world.base, 'state');
      const outcome = await createApply({ workspace: world.root, folder }).apply([change], never);
      assert.deepEqual(outcome, { applied: true });
      assert.deepEqual(await readFile(place.absolute), after);
    });
  }
});
