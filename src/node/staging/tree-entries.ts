/** Trees as lists of files, and the difference of two trees file by file. */
import { splitBytes } from '../git/null-separated.ts';
import type { ShadowGit } from '../git/shadow-git.ts';

export type TreeEntry = { path: string; mode: string; object: string };

export async function listTree(
  shadow: ShadowGit,
  tree: string,
  signal: AbortSignal,
): Promise<TreeEntry[]> {
  const { stdout } = await shadow.bytes(['ls-tree', '-r', '-z', '--full-tree', tree], { signal });
  return splitBytes(stdout).map((record) => {
    const text = record.toString('utf8');
    const tab = text.indexOf('\t');
    const [mode = '', , object = ''] = text.slice(0, tab).split(' ');
    return { path: text.slice(tab + 1), mode, object };
  });
}

export type RawChange = {
  path: string;
  /** `T` is a change of kind, e.g. from file to symlink. */
  status: 'A' | 'D' | 'M' | 'T';
  baseMode: string;
  headMode: string;
  baseObject: string;
};

/** Parses the records of `--raw -z` (without renames) that stand at the beginning of `fields`. */
export function parseRawChanges(fields: readonly Buffer[]): RawChange[] {
  const changes: RawChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const head = fields[at]?.toString('latin1') ?? '';
    if (!head.startsWith(':')) break;
    const [baseMode = '', headMode = '', baseObject = '', , letter = ''] = head.slice(1).split(' ');
    changes.push({
      path: fields[at + 1]?.toString('utf8') ?? '',
      status: rawStatus(letter),
      baseMode,
      headMode,
      baseObject,
    });
  }
  return changes;
}

function rawStatus(letter: string): RawChange['status'] {
  if (letter === 'A' || letter === 'D' || letter === 'T') return letter;
  return 'M';
}
