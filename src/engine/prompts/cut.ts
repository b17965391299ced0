/** Cuts a text to a budget in the middle, and says what was cut. */

/** @param budget in UTF-16 units; the note comes on top */
export function cutMiddle(text: string, budget: number, rest: string): string {
  if (text.length <= budget) return text;
  const head = text.slice(0, Math.ceil(budget * 0.7));
  const tail = text.slice(text.length - Math.floor(budget * 0.3));
  const cut = text.length - budget;
  return `${head}\n[… ${cut} characters cut out here; ${rest} …]\n${tail}`;
}
