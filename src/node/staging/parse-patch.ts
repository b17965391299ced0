/** Reads the hunks out of a patch that was made without context lines. */
import { createHash } from 'node:crypto';
import type { Hunk } from '../../shared/changes.ts';
import { hiddenIn } from '../../shared/hidden-characters.ts';

const blockStart = 'diff --git ';
const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * @param patch one byte for each character, so that contents of any encoding count and hash right
 * @returns the hunks of each block, in the order of the blocks
 */
export function parsePatch(patch: string): Hunk[][] {
  const blocks: Hunk[][] = [];
  let hunks: Array<Omit<Hunk, 'id'> & { lines: string[] }> = [];
  const finish = () => blocks.push(withIds(hunks));
  let started = false;
  for (const line of patch.split('\n')) {
    if (line.startsWith(blockStart)) {
      if (started) finish();
      started = true;
      hunks = [];
      continue;
    }
    const head = hunkHead.exec(line);
    if (head !== null) {
      const [, baseStart, baseLines = '1', headStart, headLines = '1'] = head;
      hunks.push({
        baseStart: Number(baseStart),
        baseLines: Number(baseLines),
        headStart: Number(headStart),
        headLines: Number(headLines),
        lines: [],
      });
      continue;
    }
    // Lines before the first hunk are the header; those of a hunk begin with +, - or a backslash.
    hunks.at(-1)?.lines.push(line);
  }
  if (started) finish();
  return blocks;
}

/** Ids name what a hunk changes and not where, so that they outlive changes elsewhere in the file. */
function withIds(hunks: ReadonlyArray<Omit<Hunk, 'id'> & { lines: string[] }>): Hunk[] {
  const seen = new Map<string, number>();
  return hunks.map(({ lines, ...hunk }) => {
    const content = lines.filter((line) => line !== '').join('\n');
    const hash = createHash('sha256').update(content, 'latin1').digest('hex').slice(0, 12);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    const hidden = hiddenInNew(lines, hunk.headStart);
    const id = count === 1 ? `h${hash}` : `h${hash}-${count}`;
    return { id, ...hunk, ...(hidden.length > 0 && { hidden }) };
  });
}

const maxNames = 10;

/** What a change brings in, not what stood there already. */
function hiddenInNew(lines: readonly string[], headStart: number): string[] {
  const names = (sign: string): string[] => {
    const text = lines
      .filter((line) => line.startsWith(sign))
      .map((line) => Buffer.from(line.slice(1), 'latin1').toString('utf8'))
      .join('\n');
    // The mark at a file's very start is an encoding's.
    const bare = headStart <= 1 ? text.replace(/^\ufeff/u, '') : text;
    return hiddenIn(bare).map(({ name }) => name);
  };
  const old = new Set(names('-'));
  return [...new Set(names('+'))].filter((name) => !old.has(name)).slice(0, maxNames);
}
