/** A text reduced to what an edit compares, with the way back from each character to where it stood. */

export type PlainText = {
  text: string;
  /** Where the character at an index begins in the original. */
  starts: Uint32Array;
  /** Where it ends there. */
  ends: Uint32Array;
};

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

/** Line breaks become `\n` and white space before them goes; with `lookAlikes` the characters above too. */
export function plainText(original: string, options: { lookAlikes: boolean }): PlainText {
  const pieces: string[] = [];
  const starts = new Uint32Array(original.length * 3);
  const ends = new Uint32Array(original.length * 3);
  let length = 0;
  const add = (piece: string, start: number, end: number) => {
    pieces.push(piece);
    for (const _ of piece) {
      starts[length] = start;
      ends[length] = end;
      length += 1;
    }
  };
  const keep = (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      const character = original[at] ?? '';
      add(options.lookAlikes ? (alike.get(character) ?? character) : character, at, at + 1);
    }
  };
  for (const run of original.matchAll(/[^ \t\r\n]+|[ \t\r]*\n|[ \t\r]+/g)) {
    const [piece] = run;
    const end = run.index + piece.length;
    if (piece.endsWith('\n')) add('\n', end - (piece.endsWith('\r\n') ? 2 : 1), end);
    else if (end < original.length || piece.trimEnd() !== '') keep(run.index, end);
  }
  return { text: pieces.join(''), starts, ends };
}

export function likePlain(text: string): string {
  return plainText(text, { lookAlikes: true }).text;
}
