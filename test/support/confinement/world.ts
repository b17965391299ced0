/** The place in which a confinement case is played: a workspace W, and a folder O beside it that must stay as it is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { link, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Case } from './corpus.ts';

export type World = {
  base: string;
  root: string;
  /** What happens between a check and the use. */
  races: Array<() => Promise<unknown>>;
};

export async function makeWorld(base: string, setup: Case['setup']): Promise<World> {
  const world: World = { base, root: path.join(base, 'W'), races: [] };
  await mkdir(world.root);
  await mkdir(path.join(base, 'O'));
  await writeFile(path.join(base, 'O', 'secret'), 'outside secret');
  for (const step of setup) await setUp(world, step);
  return world;
}

/** `{W}` in a case's path is the workspace; another agent's lane stands beside it, as lanes do. */
export function givenPath(text: string, world: World): string {
  const other = path.join(world.base, 'O');
  return text.replaceAll('{W}', world.root).replaceAll('{worktree of B}', other);
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
      return link(path.resolve(world.root, other), file);
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
    case 'gitconfig':
      git(world, ['config', name, other]);
      return;
    case 'githook': {
      git(world, []);
      const hook = path.join(world.root, '.git', 'hooks', name);
      await mkdir(path.dirname(hook), { recursive: true });
      return writeFile(hook, `#!/bin/sh\n${other}\n`, { mode: 0o755 });
    }
    default:
      assert.fail(`The corpus has a step that this test does not know: ${operation}`);
  }
}

/** In the workspace's own repository, which is made when it is first needed. */
function git({ root }: World, args: string[]): void {
  const options = { cwd: root, stdio: 'ignore' } as const;
  execFileSync('git', ['init', '-q'], options);
  if (args.length > 0) execFileSync('git', args, options);
}
