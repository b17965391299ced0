/** For an edit that fits nowhere: the place that comes nearest, and the first line at which it diverges. */
import { likePlain } from './plain-text.ts';

/** Lines of the file that are compared, and characters of each. */
const maxLines = 20_000;
const maxScored = 5_000;
const shownLength = 160;

/** @returns a sentence or two for the model; undefined where nothing is like it */
export function nearestPlace(text: string, old: string): string | undefined {
  const lines = text.split(/\r?\n/);
  if (lines.length > maxLines) return undefined;
  const file = lines.map((line) => likePlain(line.slice(0, 2000)).trim());
  const oldLines = old.split(/\r?\n/);
  const skipped = oldLines.findIndex((line) => line.trim() !== '');
  if (skipped < 0) return undefined;
  const wanted = oldLines.slice(skipped).map((line) => likePlain(line.slice(0, 2000)).trim());
  const best = longestRun(file, wanted);
  if (best === undefined) return mostAlike(lines, file, wanted[0] ?? '');
  const diverged = skipped + best.length;
  if (best.length >= wanted.length) {
    return `Line ${best.at + 1} comes nearest: all lines agree but for their indentation, which no one shift explains. Copy it from the file.`;
  }
  const found = lines[best.at + best.length];
  const theirs = found === undefined ? 'the file ends there' : `the file has ${quote(found)}`;
  return `The nearest place begins at line ${best.at + 1}. It agrees up to line ${diverged} of old_str; line ${diverged + 1} diverges: old_str has ${quote(oldLines[diverged] ?? '')}, ${theirs} (line ${best.at + best.length + 1}).`;
}

/** The place at which most lines agree from the first on. */
function longestRun(
  file: readonly string[],
  wanted: readonly string[],
): { at: number; length: number } | undefined {
  let best: { at: number; length: number } | undefined;
  for (const at of file.keys()) {
    let length = 0;
    while (length < wanted.length && at + length < file.length) {
      if (file[at + length] !== wanted[length]) break;
      length += 1;
    }
    if (length > (best?.length ?? 0)) best = { at, length };
  }
  return best;
}

/** The line that shares most pairs of letters with the first line of the old text. */
function mostAlike(
  lines: readonly string[],
  file: readonly string[],
  first: string,
): string | undefined {
  const wanted = pairsOf(first.slice(0, 100));
  if (wanted.size === 0) return undefined;
  let [best, bestScore] = [-1, 0.5];
  for (const [at, line] of file.slice(0, maxScored).entries()) {
    const pairs = pairsOf(line.slice(0, 100));
    let shared = 0;
    for (const pair of wanted) if (pairs.has(pair)) shared += 1;
    const score = (2 * shared) / (wanted.size + pairs.size);
    if (score > bestScore) [best, bestScore] = [at, score];
  }
  if (best < 0) return undefined;
  return `Its first line, ${quote(first)}, does not occur; nearest is line ${best + 1}: ${quote(lines[best] ?? '')}.`;
}

function pairsOf(text: string): Set<number> {
  const pairs = new Set<number>();
  for (let at = 0; at + 1 < text.length; at++) {
    pairs.add(text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1));
  }
  return pairs;
}

function quote(line: string): string {
  return JSON.stringify(line.length > shownLength ? `${line.slice(0, shownLength)}…` : line);
}
