/** A text reduced to what an edit compares, and the way back from a place in it to the original. */

/** Characters that models and word processors exchange for one another. */
const alike = new Map<string, string>(
  Object.entries({
    "'": '\u2018\u2019\u201a\u201b\u2032\u02bc\uff07',
    '"': '\u201c\u201d\u201e\u201f\u2033\uff02',
    '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d',
    ' ': '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
    '': '\u200b\u200c\u200d\u2060\ufeff\u00ad',
    '...': '\u2026',
  }).flatMap(([plain, others]) => [...others].map((other) => [other, plain] as const)),
);
const lookAlike = new RegExp(`[${[...alike.keys()].join('')}]`, 'g');

/** Line breaks become `\n` and white space before them goes; with `lookAlikes` the characters above too. */
export function plainText(text: string, { lookAlikes }: { lookAlikes: boolean }): string {
  const plain = lookAlikes ? likePlain(text) : text;
  // Two steps, each linear: a run of blanks is looked at once, not from each of its characters.
  return plain.replace(/[ \t\r]+(\n|$)?/g, (run, end: string | undefined) => end ?? run);
}

export function likePlain(text: string): string {
  return text.replace(lookAlike, (character) => alike.get(character) ?? character);
}

/** For places in ascending order: where each stands in the original that a plain text was made of. */
export function originalPlaces(
  original: string,
  plain: string,
  places: ReadonlyArray<{ start: number; end: number }>,
  options: { lookAlikes: boolean },
): Array<{ start: number; end: number }> {
  // Both have the same line breaks, so that only the lines at both ends need a closer look.
  const lineOf = lineCounter(plain);
  const startOfLine = lineStarts(original);
  const at = (place: number, isEnd: boolean): number => {
    const { line, column } = lineOf(place);
    const start = startOfLine[line] ?? 0;
    const next = (startOfLine[line + 1] ?? original.length + 1) - 1;
    const text = original.slice(start, next);
    return start + columnIn(text, column, { ...options, isEnd });
  };
  return places.map(({ start, end }) => ({ start: at(start, false), end: at(end, true) }));
}

/** The end of a place comes right behind its last character; its start right before its first. */
function columnIn(
  line: string,
  column: number,
  { lookAlikes, isEnd }: { lookAlikes: boolean; isEnd: boolean },
): number {
  let reached = 0;
  for (let at = 0; at < line.length; at++) {
    const length = lookAlikes ? (alike.get(line[at] ?? '')?.length ?? 1) : 1;
    if (isEnd ? reached >= column : reached + length > column) return at;
    reached += length;
  }
  // The line break itself: with its carriage return, where it is what begins here.
  return !isEnd && line.endsWith('\r') ? line.length - 1 : line.length;
}

function lineCounter(text: string) {
  let [line, start] = [0, 0];
  return (place: number): { line: number; column: number } => {
    if (place < start) [line, start] = [0, 0];
    for (let end = text.indexOf('\n', start); end >= 0 && end < place; ) {
      line += 1;
      start = end + 1;
      end = text.indexOf('\n', start);
    }
    return { line, column: place - start };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
