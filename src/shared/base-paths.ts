/** Where renamed files of a change set stand in its base, by their new names. */
import { basePath } from './changes.ts';
import type { RunState } from './run-state.ts';

/** Nothing where `at` is no base: everywhere else a file has its new name. */
export function basePaths(state: RunState, at: string): Map<string, string> {
  const { changes, earlierTrees, earlierDecisions = [] } = state;
  // While something that was sent back is worked on, what was reviewed last is still shown.
  const shown = changes ?? (earlierTrees && { ...earlierTrees, files: earlierDecisions });
  if (shown?.base !== at) return new Map();
  return new Map(shown.files.map((file) => [file.path, basePath(file)]));
}
