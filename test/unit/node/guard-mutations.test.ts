/** Each rule of the path guard switched off in turn: a case that only it holds then gets through, or is held by nothing of its kind. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { describe, it } from 'mocha';
import { nameRules, type PathRule } from '../../../src/node/path-rules.ts';
import type { Case } from '../../support/confinement/corpus.ts';
import {
  applyIn,
  doInLane,
  type Parts,
  realParts,
  refusalOf,
  reviewedWrites,
} from '../../support/confinement/guarded-tools.ts';
import { importMutated, type Mutation } from '../../support/confinement/mutants.ts';
import { makeWorld } from '../../support/confinement/world.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

type Sketch = { tool: string; path: string; setup?: string[][]; where?: 'lane' | 'apply' };

/** Cases of the corpus' kinds that one rule alone holds; `wildcard` is a rule of Windows. */
const cases: Record<Exclude<PathRule, 'wildcard' | 'changed-meanwhile'>, Sketch[]> = {
  malformed: [{ tool: 'fs.write', path: 'half\ud83d' }],
  'git-folder': [
    { tool: 'fs.write', path: '.GIT/hooks/post-checkout' },
    { tool: 'fs.write', path: 'git~1/hooks/x' },
    {
      tool: 'fs.read',
      path: 'x',
      setup: [
        ['file', '.git/config', 'x'],
        ['symlink', 'x', '.git/config'],
      ],
    },
  ],
  'control-character': [{ tool: 'fs.write', path: 'a\tb' }],
  backslash: [{ tool: 'fs.write', path: '..\\O\\x' }],
  stream: [{ tool: 'fs.write', path: 'a.txt:hidden' }],
  'reserved-name': [{ tool: 'fs.write', path: 'docs/nul.md' }],
  'short-name': [{ tool: 'fs.write', path: 'PROGRA~1/x' }],
  'trailing-dot-or-space': [{ tool: 'fs.write', path: 'src./x' }],
  'too-long': [{ tool: 'fs.write', path: 'x'.repeat(300) }],
  absolute: [{ tool: 'fs.write', path: '{W}-old/x', setup: [['dir', '../W-old']] }],
  outside: [{ tool: 'fs.write', path: '../O/x' }],
  root: [{ tool: 'fs.delete', path: './' }],
  'link-outside': [
    { tool: 'fs.read', path: 'l', setup: [['symlink', 'l', '../O/secret']] },
    { tool: 'fs.write', path: 'l', setup: [['symlink', 'l', '../O/created']] },
    {
      tool: 'fs.write',
      path: 'two/x',
      setup: [
        ['symlink', 'one', '..'],
        ['symlink', 'two', 'one/O'],
      ],
    },
  ],
  'through-link': [
    {
      tool: 'fs.write',
      where: 'apply',
      path: 'l/x',
      setup: [
        ['dir', 'real'],
        ['symlink', 'l', 'real'],
      ],
    },
  ],
  'link-loop': [
    {
      tool: 'fs.read',
      path: 'a',
      setup: [
        ['symlink', 'a', 'b'],
        ['symlink', 'b', 'a'],
      ],
    },
  ],
  'special-file': [{ tool: 'fs.delete', path: 'fifo', setup: [['fifo', 'fifo']] }],
  'hard-link': [
    { tool: 'fs.read', path: 'h', setup: [['hardlink', 'h', '../O/secret']] },
    { tool: 'fs.write', path: 'h', setup: [['hardlink', 'h', '../O/secret']] },
  ],
};

/** How each rule is switched off in the source. */
function mutationsFor(rule: PathRule): Mutation[] {
  const rules = 'node/path-rules.ts';
  const guard = 'node/path-guard.ts';
  const never = (file: string, from: string): Mutation => ({
    file,
    from,
    to: 'if (false as boolean)',
  });
  const named: Mutation = {
    file: rules,
    from: '({ kind, breaks }) =>',
    to: `({ rule, kind, breaks }) => rule !== '${rule}' &&`,
  };
  switch (rule) {
    case 'malformed':
      return [named, never(rules, "if (given.includes('\\0') || !given.isWellFormed())")];
    case 'too-long':
      // The disk refuses it as well, and says it in the same words.
      return [named, { file: 'node/file-errors.ts', from: "'ENAMETOOLONG'", to: "'NONE'" }];
    case 'absolute':
      return [
        {
          file: rules,
          from: "return { ok: false, rule: 'absolute' };\n}",
          to: 'return { ok: true, components: split(text), fromRoot: true };\n}',
        },
      ];
    case 'outside':
    case 'link-outside':
      return [
        {
          file: guard,
          from: /if \(names\.length === 0\)\s+throw new PathRefusal\(walk\.given, links > 0 \? 'link-outside' : 'outside'\);/,
          to: `if (names.length === 0 && (links > 0) !== ${rule === 'link-outside'}) throw new PathRefusal(walk.given, 'root');`,
        },
      ];
    case 'root':
      return [never('node/lane-files.ts', 'if (place.names.length === 0)')];
    case 'through-link':
      return [never(guard, 'if (walk.options.noLinks)')];
    case 'link-loop':
      // Without any end the walk would go on for ever.
      return [
        {
          file: guard,
          from: "if (links > maxLinks) throw new PathRefusal(walk.given, 'link-loop');",
          to: 'if (links > maxLinks) throw notFound(walk.given);',
        },
      ];
    case 'special-file':
      return [never(guard, 'if (!entry.isFile())')];
    case 'hard-link':
      return [never(guard, 'if (entry.nlink > 1 && !shared)')];
    default:
      return [named];
  }
}

describe('The path guard with one rule switched off', () => {
  const temporaryFolder = temporaryFolders();

  async function heldBy(sketch: Sketch, parts: Parts): Promise<string | undefined> {
    const { tool, path: where, setup = [] } = sketch;
    const input = { path: where, pattern: 'x', command: '', args: [], patch: '', has: '' };
    const each: Case = { id: '', tool, input, setup, platform: 'any', expect: 'refuse', why: '' };
    const world = await makeWorld(await temporaryFolder(), setup);
    if (sketch.where !== 'apply') return refusalOf(doInLane(each, world, parts));
    const outcome = await applyIn(world, await reviewedWrites(each, world), parts);
    return outcome.applied ? undefined : outcome.refused[0]?.reason;
  }

  it('is tried for every rule of names that counts here', () => {
    const here = nameRules.filter(({ kind }) => kind !== 'win32' || process.platform === 'win32');
    for (const { rule } of here) assert.ok(rule in cases, rule);
  });

  for (const [name, sketches] of Object.entries(cases)) {
    const rule = name as PathRule;
    it(`no longer holds what ${rule} holds: ${sketches.map((each) => JSON.stringify(each.path.slice(0, 24))).join(', ')}`, async () => {
      const parts = await importMutated<Parts>(
        ['node/lane-files.ts', 'node/lane-search.ts', 'node/apply/apply.ts'],
        mutationsFor(rule),
      );
      for (const sketch of sketches) {
        const whole = await heldBy(sketch, realParts);
        if (sketch.where === 'apply') assert.match(whole ?? '', /links are never written through/);
        else assert.equal(whole, rule, sketch.path);
        const mutated = await heldBy(sketch, parts).catch((error: unknown) => String(error));
        assert.notEqual(mutated, whole, `${sketch.path} is still held`);
      }
    });
  }
});
