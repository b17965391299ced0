/** Says of each changed file that is protected that it is, before a person decides on it. */
import type { FileChange } from '../../shared/changes.ts';
import {
  type ChangedBytes,
  isManifest,
  type ProtectedKind,
  protectionOf,
} from '../../shared/protected-files.ts';
import type { Staging } from '../ports.ts';

/** The contents are read only where the path does not tell. */
export async function markProtected(
  staging: Staging,
  { base, head }: { base: string; head: string },
  files: readonly FileChange[],
): Promise<FileChange[]> {
  const marked: FileChange[] = [];
  for (const file of files) {
    const kind = await kindOf(staging, { base, head }, file);
    marked.push(kind === undefined ? file : { ...file, protected: kind });
  }
  return marked;
}

/** To take a protected name away needs as much of a yes as to give it. */
async function kindOf(
  staging: Staging,
  { base, head }: { base: string; head: string },
  file: FileChange,
): Promise<ProtectedKind | undefined> {
  const { renamedFrom, baseMode, headMode, ...rest } = file;
  if (renamedFrom === undefined) {
    return protectionOf(await changedBytes(staging, { base, head }, file));
  }
  const made = { ...rest, ...(headMode !== undefined && { headMode }) };
  const gone = { ...rest, path: renamedFrom, ...(baseMode !== undefined && { baseMode }) };
  return (
    protectionOf(await changedBytes(staging, { base, head }, made)) ??
    protectionOf(await changedBytes(staging, { base, head }, gone))
  );
}

async function changedBytes(
  staging: Staging,
  { base, head }: { base: string; head: string },
  { path, baseMode, headMode }: FileChange,
): Promise<ChangedBytes> {
  const change: ChangedBytes = { path };
  if (!isManifest(path)) return change;
  if (baseMode !== undefined) change.beforeMode = baseMode;
  if (headMode !== undefined) change.afterMode = headMode;
  const before = await staging.readFile(base, path);
  const after = await staging.readFile(head, path);
  if (before !== undefined) change.before = before;
  if (after !== undefined) change.after = after;
  return change;
}
