/** Where an edit belongs: the exact text, or the one place that fits when harmless differences are ignored. */
import { lineAt } from '../text-file.ts';
import { type Reindent, reindentFor } from './indentation.ts';
import { likePlain, originalPlaces, plainText } from './plain-text.ts';

/** Offsets in the file's text. `reindent` fits new lines to the file where indentation was ignored. */
export type Place = { start: number; end: number; reindent?: Reindent };

export type FoundPlace =
  | { kind: 'exact'; places: Place[] }
  /** The one place, and in which respect the old text differed there. */
  | { kind: 'near'; place: Place; ignored: string }
  /** Fits several places with the difference ignored, so that none was taken. */
  | { kind: 'several'; lines: number[]; ignored: string }
  | { kind: 'none' };

/** Above it only the exact text counts: comparing would hold up the host. UTF-16 units. */
const maxComparedLength = 500_000;

/** Of places that merely fit: more than anybody reads. */
const maxPlaces = 1000;

type Rung = { ignored: string; find(text: string, old: string): Place[] };

const rungs: readonly Rung[] = [
  { ignored: 'line breaks or trailing white space', find: withPlainText(false) },
  { ignored: 'look-alike characters (quotes, dashes, spaces)', find: withPlainText(true) },
  { ignored: 'indentation', find: withoutIndentation },
];

export function findPlace(text: string, old: string): FoundPlace {
  const exact = occurrences(text, old);
  if (exact.length > 0) {
    return { kind: 'exact', places: exact.map((start) => ({ start, end: start + old.length })) };
  }
  if (text.length > maxComparedLength || old.length > text.length * 2) return { kind: 'none' };
  for (const { ignored, find } of rungs) {
    const places = find(text, old);
    const [place] = places;
    if (place === undefined) continue;
    if (places.length === 1) return { kind: 'near', place, ignored };
    return { kind: 'several', lines: places.map(({ start }) => lineAt(text, start)), ignored };
  }
  return { kind: 'none' };
}

/** Overlapping ones as well: a text that fits twice is not unique. */
function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}

function withPlainText(lookAlikes: boolean) {
  return (text: string, old: string): Place[] => {
    const wanted = plainText(old, { lookAlikes });
    if (wanted.trim() === '') return [];
    const plain = plainText(text, { lookAlikes });
    const endsBlank = /[ \t\r]$/.test(old);
    const found = occurrences(plain, wanted).flatMap((start) => {
      const end = start + wanted.length;
      // Blanks at the end of the old text are trailing ones only where the line ends as well.
      const fits = !endsBlank || end === plain.length || plain[end] === '\n';
      return fits ? [{ start, end }] : [];
    });
    return originalPlaces(text, plain, found.slice(0, maxPlaces), { lookAlikes });
  };
}

/** Whole lines, compared from their first letter on. */
function withoutIndentation(text: string, old: string): Place[] {
  const openEnd = old.endsWith('\n');
  const oldLines = splitLines(openEnd ? old.slice(0, -1) : old);
  const wanted = oldLines.map(bare);
  if (wanted.every((line) => line === '')) return [];
  const lines = splitLines(text);
  const bareLines = lines.map(bare);
  const places: Place[] = [];
  let offset = 0;
  for (const [at, line] of lines.entries()) {
    const start = offset;
    offset += line.length + 1;
    if (!wanted.every((each, index) => bareLines[at + index] === each)) continue;
    // The old text ends with a line break, and so must the place.
    if (openEnd && at + wanted.length >= lines.length) continue;
    const found = lines.slice(at, at + wanted.length);
    const reindent = reindentFor(oldLines, found);
    if (reindent === undefined) continue;
    const whole = found.join('\n');
    const carriage = !openEnd && whole.endsWith('\r') ? 1 : 0;
    const end = start + whole.length - carriage + (openEnd ? 1 : 0);
    places.push({ start, end, reindent });
  }
  return places;
}

function bare(line: string): string {
  return likePlain(line).trim();
}

/** A carriage return stays with its line. */
function splitLines(text: string): string[] {
  return text.split('\n');
}
