/** Why a file is decided as a whole although a person may take it for text. */
import * as z from 'zod';

export const Undivided = z.enum(['unknown-encoding', 'other-encoding']);
export type Undivided = z.infer<typeof Undivided>;

/** To be read after `whole file: `. */
export const undividedWords: Record<Undivided, string> = {
  'unknown-encoding': 'its encoding is not certain, and so neither are its lines',
  'other-encoding': 'it gets another encoding, so that no line stays as it was',
};
