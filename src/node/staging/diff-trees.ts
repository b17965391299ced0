/** What differs between two trees, as files and hunks to decide on and as a patch to read. */
import { isUtf8 } from 'node:buffer';
import { type FileChange, isWholeFile } from '../../shared/changes.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { splitBytes } from '../git/null-separated.ts';
import type { ShadowArgs, ShadowGit } from '../git/shadow-git.ts';
import { parsePatch } from './parse-patch.ts';
import { parseRawChanges, type RawChange } from './tree-entries.ts';
import { type Doubtful, type WideText, wideTexts } from './wide-texts.ts';

const plain = ['--no-ext-diff', '--no-textconv', '--no-color'] as const;
/** Nothing can be said of where an empty file came from. */
const renames = ['--find-renames', '--no-rename-empty'] as const;
const asPatch = ['-p', '--histogram', '--src-prefix=a/', '--dst-prefix=b/'] as const;
const gitlinkMode = '160000';

export async function diffTrees(
  shadow: ShadowGit,
  range: { from: string; to: string },
  signal: AbortSignal,
): Promise<{ patch: string; files: FileChange[] }> {
  const ask = async (...flags: string[]) => {
    const args: ShadowArgs = [
      'diff-tree',
      '-r',
      ...renames,
      ...plain,
      ...flags,
      range.from,
      range.to,
    ];
    return (await shadow.bytes(args, { signal })).stdout;
  };
  const [lists, hunks, patch] = await Promise.all([
    ask('-z', '--raw', '--no-abbrev', '--numstat'),
    ask(...asPatch, '-U0'),
    ask(...asPatch, '-U3'),
  ]);
  const fields = splitBytes(lists);
  const changes = parseRawChanges(fields);
  const records = changes.reduce((sum, { status }) => sum + (status === 'R' ? 3 : 2), 0);
  const counts = countsOf(changes, fields.slice(records));
  const blocks = blocksOf(changes, hunks.toString('latin1'));
  const doubtful = changes.flatMap((change, at): Doubtful[] => {
    const binary = counts[at]?.binary ?? false;
    const isDoubtful =
      isText(change) && (binary || !isUtf8(Buffer.from(blocks[at] ?? '', 'latin1')));
    const { path, from = path } = change;
    return isDoubtful ? [{ path, from, binary }] : [];
  });
  const wide = await wideTexts(shadow, { ...range, files: doubtful }, signal);
  const files = joinParts(changes, counts, blocks).map((file) => withLines(file, wide));
  return {
    patch: wide.size === 0 ? patch.toString('utf8') : withTexts(patch, changes, wide),
    files,
  };
}

/** For `git apply`: whole, byte for byte, with what it takes to make a binary file. */
export async function writePatch(
  shadow: ShadowGit,
  { from, to }: { from: string; to: string },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const args: ShadowArgs = [
    ...(['diff-tree', '-r', '--no-renames', ...plain] as const),
    ...[...asPatch, '-U3', '--binary', from, to],
  ];
  const { stdout } = await shadow.bytes(args, { signal });
  return new Uint8Array(stdout);
}

type Counts = { binary: boolean; additions: number; deletions: number };

/** The names of a renamed file are two fields of their own. */
function countsOf(changes: readonly RawChange[], fields: readonly Buffer[]): Counts[] {
  let next = 0;
  return changes.flatMap(({ status }) => {
    const field = fields[next];
    next += status === 'R' ? 3 : 1;
    return field === undefined ? [] : [parseCounts(field)];
  });
}

/** `3\t1\tname`, or `-\t-\tname` for a binary file. */
function parseCounts(field: Buffer): Counts {
  const [additions, deletions] = field.toString('latin1').split('\t', 2);
  const binary = additions === '-';
  return {
    binary,
    additions: binary ? 0 : Number(additions),
    deletions: binary ? 0 : Number(deletions),
  };
}

const blockStart = /^(?=diff --git )/m;

/** git gives all its lists in one order; a change of kind is two blocks in a patch. */
function blocksOf(changes: readonly RawChange[], patch: string): string[] {
  const blocks = patch === '' ? [] : patch.split(blockStart);
  let next = 0;
  return changes.map(({ path, status }) => {
    const own = blocks.slice(next, next + (status === 'T' ? 2 : 1));
    next += own.length;
    if (own.length === 0) throw unreadableDiff(path);
    return own.join('');
  });
}

function joinParts(
  changes: readonly RawChange[],
  counts: readonly Counts[],
  blocks: readonly string[],
): FileChange[] {
  const files = changes.map((change, position): FileChange => {
    const count = counts[position];
    const [hunks] = parsePatch(blocks[position] ?? '');
    if (count === undefined || hunks === undefined) throw unreadableDiff(change.path);
    if (change.baseMode === gitlinkMode || change.headMode === gitlinkMode) {
      throw unreadableDiff(change.path);
    }
    const { status, baseMode, headMode, from } = change;
    return {
      path: change.path,
      ...(from !== undefined && { renamedFrom: from }),
      status: status === 'A' ? 'added' : status === 'D' ? 'deleted' : 'modified',
      ...(status === 'A' ? {} : { baseMode }),
      ...(status === 'D' ? {} : { headMode }),
      ...count,
      hunks: isText(change) && !count.binary ? hunks : [],
    };
  });
  return files.sort((left, right) => (left.path < right.path ? -1 : 1));
}

function withLines(file: FileChange, wide: ReadonlyMap<string, WideText>): FileChange {
  const text = wide.get(file.path);
  if (text === undefined) return file;
  if (text.is === 'undivided') return { ...file, hunks: [], undivided: text.why };
  const { encoding, hunks } = text;
  const sum = (side: 'baseLines' | 'headLines') =>
    hunks.reduce((count, hunk) => count + hunk[side], 0);
  const counts = { additions: sum('headLines'), deletions: sum('baseLines') };
  return { ...file, ...counts, binary: false, hunks, encoding };
}

/** The lines of such a file stand where git has nothing to show but that it differs. */
function withTexts(
  patch: Buffer,
  changes: readonly RawChange[],
  wide: ReadonlyMap<string, WideText>,
): string {
  const blocks = blocksOf(changes, patch.toString('latin1')).map((block, at) => {
    const text = wide.get(changes[at]?.path ?? '');
    return text?.is === 'divided' ? headerOf(block) + text.patch : block;
  });
  return Buffer.from(blocks.join(''), 'latin1').toString('utf8');
}

function headerOf(block: string): string {
  const end = block.search(/^(?:Binary files |--- |@@ )/m);
  return end < 0 ? block : block.slice(0, end);
}

function isText({ path, status, baseMode, headMode }: RawChange): boolean {
  const isFile = (mode: string) => mode === '100644' || mode === '100755' || mode === '000000';
  return status !== 'T' && isFile(baseMode) && isFile(headMode) && !isWholeFile(path);
}

function unreadableDiff(path: string): MusterError {
  return new MusterError(
    'staging',
    `The difference in ${path} could not be read. Your files were not touched. Retry the task; if it happens again, show the log.`,
  );
}
