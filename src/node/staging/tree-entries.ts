/** The difference of two trees file by file, and records of an index, as git writes and reads them. */

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

/** A record of `update-index --index-info` that takes a file out of the index. */
export function removalOf(name: string): string {
  return `0 ${'0'.repeat(40)}\t${name}`;
}
