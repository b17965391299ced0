/** Why a file is decided as a whole although a person may take it for text. */
import * as z from 'zod';

export const Undivided = z.enum(['unknown-encoding', 'other-encoding']);
export type Undivided = z.infer<typeof Undivided>;

/** To be read after the file's name. */
export const undividedWords: Record<Undivided, string> = {
  'unknown-encoding':
    'decided as a whole: nothing in it tells its encoding for certain, so its lines cannot be told apart',
  'other-encoding':
    'decided as a whole: the change gives it another encoding, so that no line stays as it was',
};
