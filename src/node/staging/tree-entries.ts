/** The difference of two trees file by file, and records of an index, as git writes and reads them. */

export type RawChange = {
  path: string;
  /** `T` is a change of kind, e.g. from file to symlink; `R` only where renames were asked for. */
  status: 'A' | 'D' | 'M' | 'T' | 'R';
  /** Of a renamed file. */
  from?: string;
  baseMode: string;
  headMode: string;
  baseObject: string;
};

/** Parses the records of `--raw -z` that stand at the beginning of `fields`. */
export function parseRawChanges(fields: readonly Buffer[]): RawChange[] {
  const changes: RawChange[] = [];
  const nameAt = (at: number) => fields[at]?.toString('utf8') ?? '';
  for (let at = 0; at + 1 < fields.length; ) {
    const head = fields[at]?.toString('latin1') ?? '';
    if (!head.startsWith(':')) break;
    const [baseMode = '', headMode = '', baseObject = '', , letter = ''] = head.slice(1).split(' ');
    const status = rawStatus(letter);
    const names = status === 'R' ? 2 : 1;
    changes.push({
      path: nameAt(at + names),
      ...(status === 'R' && { from: nameAt(at + 1) }),
      status,
      baseMode,
      headMode,
      baseObject,
    });
    at += 1 + names;
  }
  return changes;
}

function rawStatus(letter: string): RawChange['status'] {
  if (letter === 'A' || letter === 'D' || letter === 'T') return letter;
  if (letter.startsWith('R')) return 'R';
  return 'M';
}

/** A record of `update-index --index-info` that takes a file out of the index. */
export function removalOf(name: string): string {
  return `0 ${'0'.repeat(40)}\t${name}`;
}
