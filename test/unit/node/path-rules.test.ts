/** The rules on names, one case each that no other rule would catch. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PathRule } from '../../../src/node/path-rules.ts';
import { brokenNameRule, isGitName, nameRules, parsePath } from '../../../src/node/path-rules.ts';

const onLinux = { platform: 'linux' } as const;
const onWindows = { platform: 'win32' } as const;

const casesByRule: Partial<Record<PathRule, string[]>> = {
  malformed: ['a\0b', 'half\ud83d'],
  'git-folder': [
    '.git',
    '.GIT',
    '.Git',
    'git~1',
    'GIT~2',
    '.g\u200cit',
    '.gi\u200dt\ufeff',
    '．git',
  ],
  'too-long': ['x'.repeat(256), 'é'.repeat(128)],
  'control-character': ['a\nb', 'a\u001b[2Jb', 'a\u007f', 'a\u0085'],
  backslash: ['a\\b', '..\\x'],
  stream: ['a.txt:hidden', 'a::$DATA', 'C:x'],
  'reserved-name': ['NUL', 'nul.txt', 'Com1', 'lpt9.log', 'aux.c', 'CON .txt', 'com¹', 'conin$'],
  'short-name': ['PROGRA~1', 'progra~1.txt', 'ABCDE~10', 'a~1'],
  'trailing-dot-or-space': ['src.', 'src ', 'a. .', 'a..'],
  wildcard: ['file<x', 'what?.md', 'a*b', 'a|b', 'say "x"'],
};

describe('The rules on names', () => {
  for (const [rule, names] of Object.entries(casesByRule)) {
    for (const name of names) {
      it(`refuse ${JSON.stringify(name.slice(0, 30))} as ${rule}`, () => {
        assert.equal(brokenNameRule(name, onWindows), rule);
      });
    }

    it(`would let a name through if ${rule} were switched off`, () => {
      const others = nameRules.filter((each) => each.rule !== rule);
      const caught = names.map((name) => brokenNameRule(name, onWindows, others));
      assert.ok(caught.includes(undefined), `the other rules catch all of them: ${caught.join()}`);
    });
  }

  it('have a case each', () => {
    assert.deepEqual(
      Object.keys(casesByRule).toSorted(),
      nameRules.map(({ rule }) => rule).toSorted(),
    );
  });

  it('are the same on every platform, but for characters that only Windows refuses', () => {
    for (const [rule, names] of Object.entries(casesByRule)) {
      const expected = rule === 'wildcard' ? undefined : rule;
      for (const name of names) assert.equal(brokenNameRule(name, onLinux), expected, name);
    }
  });

  it('let a name that a person gave stand where the platform takes it as it is', () => {
    for (const name of ['aux.c', 'a:b', 'two\nlines', 'end.', 'back\\slash', 'a~1']) {
      assert.equal(brokenNameRule(name, { ...onLinux, existing: true }), undefined, name);
      assert.notEqual(brokenNameRule(name, { ...onWindows, existing: true }), undefined, name);
    }
    assert.equal(brokenNameRule('.GIT', { ...onLinux, existing: true }), 'git-folder');
  });

  it('accept ordinary names', () => {
    const ordinary = [
      '..test',
      '...',
      '....',
      'report_50%.txt',
      'café.txt',
      'cafe\u0301.txt',
      '.github',
    ];
    ordinary.push(
      '.gitignore',
      '.gitmodules',
      'git',
      'git-1',
      'file~',
      '#x~',
      'console.ts',
      'nullable',
    );
    ordinary.push(
      'a b',
      '-rf',
      '[id].tsx',
      '~',
      'community~10000.md',
      '日本語',
      '🎉.md',
      'com10',
      '.git2',
    );
    for (const name of ordinary) assert.equal(brokenNameRule(name, onWindows), undefined, name);
  });

  it("know every spelling of git's folder", () => {
    const spellings = [
      '.git ',
      '.git.',
      '.git...',
      '.GiT',
      '.git::$INDEX_ALLOCATION',
      '.git:x',
      'git~1',
    ];
    for (const name of spellings) assert.ok(isGitName(name), name);
    for (const name of ['.gitx', 'x.git', 'git', '.git-old', 'gi'])
      assert.ok(!isGitName(name), name);
  });
});

describe('A path', () => {
  const parse = (path: string, platform: NodeJS.Platform = 'linux') =>
    parsePath(path, platform === 'win32' ? ['C:\\work\\W'] : ['/work/W'], platform);
  const components = (path: string, platform?: NodeJS.Platform): unknown => {
    const parsed = parse(path, platform);
    return parsed.ok ? parsed.components : parsed.rule;
  };

  it('is read component by component, keeping what leads up', () => {
    assert.deepEqual(components('./src//a/../b.ts/'), ['src', 'a', '..', 'b.ts']);
    assert.deepEqual(components(''), []);
  });

  it('may be absolute when it lies in the root', () => {
    assert.deepEqual(components('/work/W/src/x'), ['src', 'x']);
    assert.deepEqual(components('/work/W'), []);
    assert.deepEqual(components('C:\\work\\W\\src\\x', 'win32'), ['src', 'x']);
    assert.deepEqual(components('c:/WORK/w/x', 'win32'), ['x']);
  });

  it('is refused when it is absolute elsewhere, a sibling of the same beginning included', () => {
    for (const path of ['/etc/passwd', '/work/W-old/x', '/work/W2/x', '/work', '/', '//work/W/x']) {
      assert.equal(components(path), 'absolute', path);
    }
    for (const path of [
      'C:x',
      'D:\\x',
      '\\x',
      '\\\\?\\C:\\work\\W\\x',
      '\\\\server\\share\\x',
      'C:\\work\\W2',
    ]) {
      assert.equal(components(path, 'win32'), 'absolute', path);
    }
  });

  it('counts a backslash as a separator on Windows alone', () => {
    assert.deepEqual(components('src\\..\\..\\O\\x', 'win32'), ['src', '..', '..', 'O', 'x']);
    assert.deepEqual(components('src\\x', 'linux'), ['src\\x']);
  });

  it('is refused when it holds a NUL or has no end', () => {
    assert.equal(components('a\0/b'), 'malformed');
    assert.equal(components('a/'.repeat(3000)), 'too-long');
  });
});
