/** Three-way merge of texts as git does it, byte for byte in any encoding that is certain; many by one process. */
import { diffTexts } from './diff-texts.ts';
import { lineTexts } from './line-text.ts';
import { mergeHunks } from './merge-hunks.ts';

export type ThreeTexts = { base: Uint8Array; now: Uint8Array; wanted: Uint8Array };

/** Whose lines stand where both changed the same; `neither` makes that a conflict. */
export type Prefer = 'neither' | 'wanted';

/** @returns undefined for a conflict, for what is no text, and for texts of several encodings */
export type MergeTexts = (texts: ThreeTexts, prefer: Prefer) => Promise<Uint8Array | undefined>;

export async function mergeTexts(
  texts: ThreeTexts,
  prefer: Prefer,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const [merged] = await mergeMany([{ texts, prefer }], signal);
  return merged;
}

type Asked = { texts: ThreeTexts; prefer: Prefer };

/** What is asked for while git is at work goes into its next process, together. */
export function mergeTogether(signal: AbortSignal): MergeTexts {
  let waiting: Array<Asked & PromiseWithResolvers<Uint8Array | undefined>> = [];
  let working = false;
  const work = async () => {
    working = true;
    while (waiting.length > 0) {
      // Those that are asked for at the same moment come along.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting;
      waiting = [];
      try {
        const merged = await mergeMany(batch, signal);
        for (const [at, { resolve }] of batch.entries()) resolve(merged[at]);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = false;
  };
  return (texts, prefer) => {
    const asked = { texts, prefer, ...Promise.withResolvers<Uint8Array | undefined>() };
    waiting.push(asked);
    if (!working) void work();
    return asked.promise;
  };
}

async function mergeMany(
  asked: readonly Asked[],
  signal: AbortSignal,
): Promise<Array<Uint8Array | undefined>> {
  const plain = asked.map(({ texts: { base, now, wanted } }) => lineTexts([base, now, wanted]));
  const pairs = plain.flatMap((lines) => {
    const [base, now, wanted] = lines?.texts ?? [];
    if (!base || !now || !wanted) return [];
    return [
      { before: base, after: now },
      { before: base, after: wanted },
    ];
  });
  const diffs = await diffTexts(pairs, { context: 0, lines: 'myers' }, signal);
  let next = 0;
  return asked.map(({ texts: { base, now, wanted }, prefer }, at) => {
    const lines = plain[at];
    if (lines === undefined) return undefined;
    const [toNow, toWanted] = [diffs[next]?.hunks ?? [], diffs[next + 1]?.hunks ?? []];
    next += 2;
    const sides = { now: { bytes: now, hunks: toNow }, wanted: { bytes: wanted, hunks: toWanted } };
    return mergeHunks({ base, ...sides }, { encoding: lines.encoding, prefer });
  });
}
