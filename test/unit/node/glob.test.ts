/** Globs and ignore rules: what they match, and that nobody can make them slow. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { compileGlob } from '../../../src/node/glob.ts';
import { isIgnored, parseIgnoreFile } from '../../../src/node/ignore-rules.ts';
import { MusterError } from '../../../src/shared/muster-error.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('A glob', () => {
  const cases: Array<[glob: string, matching: string[], others: string[]]> = [
    ['*.ts', ['a.ts', 'src/deep/a.ts', '.ts'], ['a.tsx', 'a.ts/x']],
    ['src/*.ts', ['src/a.ts', 'src/.a.ts'], ['a.ts', 'src/x/a.ts', 'x/src/a.ts']],
    ['src/**/*.ts', ['src/a.ts', 'src/x/y/a.ts'], ['a.ts', 'src/a.js']],
    ['src/**', ['src/a', 'src/x/y'], ['src', 'a/src/x']],
    ['src/', ['src/a', 'src/x/y'], ['x']],
    ['**/test/**', ['test/a', 'x/test/y/a'], ['test', 'x/testing/a']],
    ['**/*', ['a', 'x/y'], []],
    ['**', ['a', 'x/y'], []],
    ['./src/a.?s', ['src/a.ts', 'src/a.js'], ['src/a.s', 'src/a.mjs']],
    ['*.{ts,{js,mjs}}', ['a.ts', 'a.js', 'a.mjs'], ['a.css']],
    ['{src,test}/**/x.ts', ['src/x.ts', 'test/y/x.ts'], ['lib/x.ts']],
    ['[a-c]x.[!t]s', ['ax.js', 'd/cx.js'], ['dx.js', 'ax.ts']],
    ['\\[id\\].ts', ['[id].ts', 'x/[id].ts'], ['i.ts']],
    ['a*b*c', ['abc', 'aXbXc', 'abbc'], ['ab', 'acb']],
    ['[x', ['[x'], ['x']],
  ];
  for (const [glob, matching, others] of cases) {
    it(`${glob} matches ${matching.join(', ')}`, () => {
      const matches = compileGlob(glob);
      for (const each of matching) assert.ok(matches(each), each);
      for (const each of others) assert.ok(!matches(each), each);
    });
  }

  it('takes no longer for a pattern that is made to be slow', () => {
    const started = performance.now();
    assert.ok(!compileGlob(`${'*a'.repeat(100)}b`)('a'.repeat(250)));
    assert.ok(!compileGlob(`${'**/a/'.repeat(100)}b`)('a/'.repeat(500)));
    assert.ok(performance.now() - started < 1000);
  });

  it('is refused when it has too many alternatives', () => {
    const isBadInput = (error: unknown): boolean =>
      error instanceof MusterError && error.code === 'bad-input';
    assert.throws(() => compileGlob('{a,b}'.repeat(7)), isBadInput);
    assert.throws(() => compileGlob('x'.repeat(2000)), isBadInput);
  });
});

describe('Ignore rules', () => {
  const temporaryFolder = temporaryFolders();
  const rules = [
    '# a comment',
    '',
    '*.log',
    '!keep.log',
    '/top',
    'dir/',
    'a/b',
    'deep/**',
    '**/mid/**/end',
    'trail\\ ',
    'spaces   ',
    '\\#hash',
    '\\!bang',
    'q?x',
    'r[0-9]',
    'foo/*.txt',
    '*.[oa]',
    '/x/**/y',
    'z/',
    '!z/',
  ];
  const files = [
    'a.log',
    'keep.log',
    'sub/b.log',
    'sub/keep.log',
    'top',
    'sub/top',
    'dir/f',
    'sub/dir/f',
    'dirx',
    'a/b',
    'sub/a/b',
    'deep/f',
    'sub/deep/f',
    'mid/end',
    'mid/1/2/end',
    'q/mid/1/end',
    'trail ',
    'spaces',
    '#hash',
    '!bang',
    'qax',
    'qx',
    'r5',
    'rx',
    'foo/a.txt',
    'foo/x/a.txt',
    'm.o',
    'm.a',
    'm.c',
    'x/y',
    'x/1/y',
    'z/f',
  ];

  it('decide as git does', async () => {
    const root = await temporaryFolder();
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', root, '-c', 'core.quotePath=false', ...args], {
        encoding: 'utf8',
      });
    git('init', '-q');
    await writeFile(path.join(root, '.gitignore'), rules.join('\n'));
    for (const file of files) {
      await mkdir(path.join(root, path.dirname(file)), { recursive: true });
      await writeFile(path.join(root, file), '');
    }
    const kept = git('ls-files', '-z', '--others', '--exclude-standard')
      .split('\0')
      .filter(Boolean);
    const ignored = [parseIgnoreFile('', rules.join('\n'))];
    const isLeftOut = (file: string): boolean =>
      file
        .split('/')
        .map((_, index, names) => names.slice(0, index + 1).join('/'))
        .some((each) => isIgnored(ignored, each, each !== file));
    const ours = [...files, '.gitignore'].filter((file) => !isLeftOut(file));
    assert.deepEqual(ours.toSorted(), kept.toSorted());
  });
});
