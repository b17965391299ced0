/** Characters that do not show, or turn round how others show: found, named and put into view. */

export type HiddenCharacter = {
  /** In UTF-16 units from the start of the text. */
  index: number;
  length: number;
  /** e.g. `U+202E`. */
  name: string;
};

// Hangul fillers and the like are letters by their category, and still blank.
const candidates = /(?![\t\n\r])\p{Cc}|[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const joiners: ReadonlySet<string> = new Set(['\u200c', '\u200d']);
const emojiStyles: ReadonlySet<string> = new Set(['\ufe0e', '\ufe0f']);
/** Letters and marks that joiners shape, and what emoji are made of. */
const shaped =
  /^(?:(?!\p{Script=Latin})[\p{L}\p{M}]|\p{Extended_Pictographic}|\p{Emoji_Modifier})$/u;

/** What is part of ordinary writing is none: joiners within a script or an emoji, and emoji styles. */
export function hiddenIn(text: string, most = 1000): HiddenCharacter[] {
  const found: HiddenCharacter[] = [];
  for (const { 0: character, index } of text.matchAll(candidates)) {
    if (emojiStyles.has(character)) continue;
    const isJoiner = joiners.has(character);
    if (isJoiner && isShaped(lastOf(text, index)) && isShaped(firstOf(text, index + 1))) continue;
    found.push({ index, length: character.length, name: nameOf(character) });
    if (found.length >= most) break;
  }
  return found;
}

/** The text with a name in the place of each, as it may be shown where it is decided on. */
export function showHidden(text: string): string {
  let shown = '';
  let from = 0;
  for (const { index, length, name } of hiddenIn(text, Number.POSITIVE_INFINITY)) {
    shown += `${text.slice(from, index)}\\u{${name.slice(2).toLowerCase()}}`;
    from = index + length;
  }
  return shown + text.slice(from);
}

function nameOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${code.padStart(4, '0')}`;
}

function lastOf(text: string, end: number): string {
  return (
    Array.from(text.slice(Math.max(0, end - 4), end)).findLast((each) => !emojiStyles.has(each)) ??
    ''
  );
}

function firstOf(text: string, start: number): string {
  return Array.from(text.slice(start, start + 2))[0] ?? '';
}

function isShaped(character: string): boolean {
  return shaped.test(character);
}
