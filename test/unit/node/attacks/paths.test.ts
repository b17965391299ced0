/** Paths of somebody who has read the guard: refused in a lane and at apply, with nothing outside seen or changed. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { createLaneFiles } from '../../../../src/node/lane-files.ts';
import type { Case } from '../../../support/confinement/corpus.ts';
import {
  applyIn,
  doInLane,
  refusalOf,
  reviewedWrites,
} from '../../../support/confinement/guarded-tools.ts';
import { makeWorld } from '../../../support/confinement/world.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { treeOf } from '../apply/tree-of.ts';

type Attack = { path: string; setup?: string[][]; tools?: string[]; rule?: string };

const write = ['fs.write', 'fs.delete'];
const inGit = (name: string): Attack => ({ path: name, rule: 'git-folder' });

const attacks: Attack[] = [
  ...['.git', '.git/', './.git/config', 'a/.git/config', 'a/../.git/config', '.Git/HEAD'].map(
    inGit,
  ),
  ...['.git./config', '.git /config', '.git. . /x', '.git::$INDEX_ALLOCATION/x', '.git:x'].map(
    inGit,
  ),
  ...['GIT~1', 'git~12/x', 'sub/GIT~2/hooks/x', '.gi\u200ct/x', '\u200d.git/x', '.git\ufeff/x'].map(
    inGit,
  ),
  ...[
    '.g\u00adit/x',
    '.ＧＩＴ/x',
    '．git/x',
    '.gıt/x',
    '.g\u0131T/x',
    '.git\u2060/x',
    '.git\\config',
  ].map(inGit),
  { path: '..', rule: 'outside' },
  { path: 'a/../..', setup: [['dir', 'a']], rule: 'outside' },
  { path: './/..//O/secret', rule: 'outside' },
  { path: 'a/b/../../../O/secret', setup: [['dir', 'a/b']], rule: 'outside' },
  { path: '{W}/../O/secret', rule: 'outside' },
  { path: '{W}/', rule: 'root', tools: write },
  { path: 'a/..', setup: [['dir', 'a']], rule: 'root', tools: write },
  { path: '/proc/self/environ', rule: 'absolute' },
  { path: '/proc/self/cwd/x', rule: 'absolute' },
  { path: '/dev/null', rule: 'absolute' },
  { path: '//etc/passwd', rule: 'absolute' },
  { path: '{W}\u0000/x', rule: 'malformed' },
  { path: 'a\u0000.txt', rule: 'malformed' },
  { path: '\udc00', rule: 'malformed' },
  { path: 'l/secret', setup: [['symlink', 'l', '../O']], rule: 'link-outside' },
  {
    path: 'l',
    setup: [['symlink', 'l', '/proc/self/environ']],
    rule: 'link-outside',
    tools: ['fs.read', 'fs.write'],
  },
  { path: 'l/environ', setup: [['symlink', 'l', '/proc/self']], rule: 'link-outside' },
  { path: 'l/root/etc/passwd', setup: [['symlink', 'l', '/proc/self']], rule: 'link-outside' },
  {
    path: 'a/l',
    setup: [['symlink', 'a/l', '../../O/secret']],
    rule: 'link-outside',
    tools: ['fs.read', 'fs.write'],
  },
  {
    path: 'l1',
    setup: [
      ['symlink', 'l3', '../O/secret'],
      ['symlink', 'l2', 'l3'],
      ['symlink', 'l1', 'l2'],
    ],
    rule: 'link-outside',
    tools: ['fs.read', 'fs.write'],
  },
  { path: 'd/x', setup: [['symlink', 'd', '../O/new']], rule: 'link-outside' },
  {
    path: 'd/../secret',
    setup: [
      ['dir', '../O/in'],
      ['symlink', 'd', '../O/in'],
    ],
  },
  { path: 'up/O/secret', setup: [['symlink', 'up', '..']], rule: 'link-outside' },
  { path: 'self/../O/secret', setup: [['symlink', 'self', '.']], rule: 'link-outside' },
  { path: 'a', setup: [['symlink', 'a', 'a']], rule: 'link-loop', tools: ['fs.read', 'fs.write'] },
  {
    path: 'a/x',
    setup: [
      ['symlink', 'a', 'b/..'],
      ['symlink', 'b', 'a/..'],
    ],
  },
  {
    path: 'g/config',
    setup: [
      ['dir', '.git'],
      ['symlink', 'g', '.git'],
    ],
    rule: 'git-folder',
  },
  {
    path: 'g/config',
    setup: [
      ['dir', 'm/.git'],
      ['symlink', 'g', 'm/.git'],
    ],
    rule: 'git-folder',
  },
  { path: 'h', setup: [['hardlink', 'h', '../O/secret']], rule: 'hard-link' },
  {
    path: 'node_modules/p/h',
    setup: [
      ['dir', 'node_modules/p'],
      ['hardlink', 'node_modules/p/h', '../O/secret'],
    ],
    rule: 'hard-link',
    tools: write,
  },
  { path: 'fifo', setup: [['fifo', 'fifo']], rule: 'special-file', tools: ['fs.read'] },
  {
    path: 'l',
    setup: [
      ['fifo', 'fifo'],
      ['symlink', 'l', 'fifo'],
    ],
    rule: 'special-file',
    tools: ['fs.read'],
  },
  { path: 'f/x', setup: [['file', 'f', 'x']] },
  { path: 'f/../../O/secret', setup: [['file', 'f', 'x']] },
  { path: 'missing/../../O/secret' },
  { path: 'a'.repeat(256), rule: 'too-long' },
  { path: `${'a/'.repeat(2100)}x`, rule: 'too-long' },
  { path: 'é'.repeat(128), rule: 'too-long' },
  ...['con', 'AUX.txt', 'nul .md', 'com1', 'LPT9.log', 'conin$', 'com¹'].map((name) => ({
    path: name,
    rule: 'reserved-name',
    tools: write,
  })),
  ...['a.', 'b ', 'c/d.. /e', 'x. '].map((name) => ({ path: name, tools: write })),
  ...['a:b', 'C:x', 'x::$DATA', 'file:///etc/passwd'].map((name) => ({
    path: name,
    rule: 'stream',
    tools: write,
  })),
  ...['a\\..\\..\\O\\secret', '\\\\host\\share', '..\\O\\secret', '\\'].map((name) => ({
    path: name,
    rule: 'backslash',
    tools: write,
  })),
  ...['a\nb', 'a\u001b[2Jb', 'a\rb', 'a\u0085b', 'a\u007fb'].map((name) => ({
    path: name,
    rule: 'control-character',
    tools: write,
  })),
  ...['VSCODE~1/tasks.json', 'GITHUB~1/x', 'PACKAG~1.JSO'].map((name) => ({
    path: name,
    rule: 'short-name',
    tools: write,
  })),
];

describe('Paths against the guard', () => {
  const temporaryFolder = temporaryFolders();
  const caseOf = (tool: string, { path: file, setup = [] }: Attack): Case => ({
    id: '',
    tool,
    input: { path: file, pattern: 'x', command: '', args: [], patch: '', has: '' },
    setup,
    platform: 'any',
    expect: 'refuse',
    why: '',
  });

  it('are more than thirty of each kind', () => {
    for (const tool of ['fs.read', ...write]) {
      assert.ok(attacks.filter(({ tools }) => tools?.includes(tool) ?? true).length > 30, tool);
    }
  });

  for (const attack of attacks) {
    const shown = JSON.stringify(attack.path.slice(0, 60));
    const setup = attack.setup === undefined ? '' : ` after ${JSON.stringify(attack.setup)}`;
    it(`refuses ${shown}${setup}`, async () => {
      for (const tool of attack.tools ?? ['fs.read', ...write]) {
        const world = await makeWorld(await temporaryFolder(), attack.setup ?? []);
        const before = await treeOf(world.base);
        const each = caseOf(tool, attack);
        const rule = await refusalOf(doInLane(each, world));
        assert.ok(rule, `${tool} was not refused`);
        // Where nothing stands, there is nothing to delete or read.
        if (attack.rule && rule !== 'not-found') assert.equal(rule, attack.rule, tool);
        assert.deepEqual(await treeOf(world.base), before, tool);
        if (tool === 'fs.read') continue;
        const writes = await reviewedWrites(each, world);
        for (const confirmed of [false, true]) {
          const outcome = await applyIn(
            world,
            writes.map((one) => ({ ...one, confirmed })),
          );
          const touched = outcome.applied && tool !== 'fs.delete';
          assert.ok(!touched, `${tool} was applied`);
        }
        assert.deepEqual(await treeOf(world.base), before, `${tool} at apply`);
      }
    });
  }

  it('of another lane are out of reach, whatever leads there', async () => {
    const world = await makeWorld(await temporaryFolder(), []);
    const other = path.join(world.base, 'other');
    await mkdir(other);
    await writeFile(path.join(other, 'x'), 'theirs');
    const files = createLaneFiles(world.root);
    const ways = [
      '../other/x',
      other,
      `${other}/x`,
      `${world.root}/../other/x`,
      `${world.root}x`,
      'l/x',
      'l2',
      'm',
      'a/../l/x',
      './l/./x',
    ];
    await symlink('../other', path.join(world.root, 'l'));
    await symlink('../other/x', path.join(world.root, 'l2'));
    await symlink('l2', path.join(world.root, 'm'));
    await mkdir(path.join(world.root, 'a'));
    await writeFile(path.join(world.root, 'own'), 'own');
    for (const way of ways) {
      for (const work of [
        () => files.read(way),
        () => files.write(way, Buffer.from('mine')),
        () => files.move('own', way),
        () => files.list(way, { limit: 10 }, new AbortController().signal),
      ]) {
        assert.ok(await refusalOf(work()), way);
      }
    }
    await rm(path.join(world.root, 'l'));
    assert.equal(await readFile(path.join(other, 'x'), 'utf8'), 'theirs');
    assert.equal(await readFile(path.join(world.root, 'own'), 'utf8'), 'own');
  });
});
