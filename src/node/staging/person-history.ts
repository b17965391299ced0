/** The history behind a snapshot: the person's own commits, read through the shadow repository. */
import { personFacts } from '../git/person-facts.ts';
import { findRepository } from '../git/person-git.ts';
import type { History } from '../git/shadow-git.ts';

/** @returns undefined where there is none: no repository, no commit yet, or objects of another format */
export async function personHistory(
  workspace: string,
  signal: AbortSignal,
): Promise<History | undefined> {
  const repository = await findRepository(workspace);
  if (repository === undefined) return undefined;
  const { head, objects, shallowFile } = await personFacts(repository, signal);
  return head?.length === 40 ? { objects, shallowFile } : undefined;
}
