/** Keeps the texts that were last stored or read: each turn of a conversation needs all before it again. */
import type { Journal } from '../ports.ts';

/** Characters. */
const mostKept = 16 * 1024 * 1024;

export function cachedBodies(journal: Journal, kept = mostKept): Journal {
  const texts = new Map<string, string>();
  let characters = 0;
  const keep = (hash: string, text: string) => {
    // It would push out all others, and go itself with the next.
    if (text.length > kept) return;
    if (texts.delete(hash)) characters -= text.length;
    texts.set(hash, text);
    characters += text.length;
    for (const [oldest, { length }] of texts) {
      if (characters <= kept) break;
      texts.delete(oldest);
      characters -= length;
    }
  };
  return {
    ...journal,
    async putBody(text) {
      const ref = await journal.putBody(text);
      keep(ref.hash, text);
      return ref;
    },
    async getBody(ref) {
      const known = texts.get(ref.hash);
      if (known !== undefined) {
        keep(ref.hash, known);
        return known;
      }
      const text = await journal.getBody(ref);
      keep(ref.hash, text);
      return text;
    },
  };
}
