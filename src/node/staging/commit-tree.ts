/** Commits a tree in the shadow repository. */
import { MusterError } from '../../shared/muster-error.ts';
import type { ShadowGit } from '../git/shadow-git.ts';

export function commitTree(
  shadow: ShadowGit,
  commit: { tree: string; parents: readonly string[]; message: string },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  return shadow.words(['commit-tree', ...parents, '-m', commit.message, commit.tree], {});
}

export function lostState(): MusterError {
  return new MusterError(
    'staging',
    "A staged state of this run is missing from Muster's state folder. Your files were not touched. Start the task as a new run.",
  );
}
