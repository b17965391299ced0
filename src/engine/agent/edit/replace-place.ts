/** Puts the new text in its place: lines that old and new have in common stay as they stand in the file. */
import type { Place } from './find-place.ts';

type Line = { text: string; end: string };

/** @returns the file's text afterwards; undefined where the new lines cannot be indented like the file's */
export function replacePlace(
  text: string,
  place: Place,
  { old, wanted }: { old: string; wanted: string },
): string | undefined {
  const standing = linesIn(text.slice(place.start, place.end));
  const [oldLines, newLines] = [linesIn(old), linesIn(wanted)];
  const { before, after } = inCommon(oldLines, newLines);
  const end = lineEndAt(text, place);
  const changed: Line[] = [];
  for (const [at, line] of newLines.slice(before, newLines.length - after).entries()) {
    const fitted = place.reindent === undefined ? line.text : place.reindent(line.text);
    if (fitted === undefined) return undefined;
    const replaced = before + at < standing.length - after ? standing[before + at] : undefined;
    changed.push({ text: fitted, end: replaced?.end || end });
  }
  const lines = [
    ...standing.slice(0, before),
    ...changed,
    ...standing.slice(standing.length - after),
  ];
  const written = lines.map((line, at) =>
    at === lines.length - 1 ? line.text : line.text + (line.end || end),
  );
  return text.slice(0, place.start) + written.join('') + text.slice(place.end);
}

/** The new text with the line ends of the file at this place. */
export function withLineEnds(text: string, end: string): string {
  return text.replace(/\r?\n/g, end);
}

/** The line end that is used where `place` is: of its first line, or else the one before. */
export function lineEndAt(text: string, { start }: Pick<Place, 'start'>): string {
  const next = text.indexOf('\n', start);
  const at = next >= 0 ? next : text.lastIndexOf('\n');
  if (at < 0) return '\n';
  return text[at - 1] === '\r' ? '\r\n' : '\n';
}

function linesIn(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(/\r?\n/g)) {
    lines.push({ text: text.slice(start, index), end });
    start = index + end.length;
  }
  return [...lines, { text: text.slice(start), end: '' }];
}

function inCommon(old: readonly Line[], wanted: readonly Line[]) {
  const most = Math.min(old.length, wanted.length);
  let before = 0;
  while (before < most && old[before]?.text === wanted[before]?.text) before += 1;
  let after = 0;
  while (after < most - before && old.at(-1 - after)?.text === wanted.at(-1 - after)?.text) {
    after += 1;
  }
  return { before, after };
}
