/** Whether there is a ripgrep to search with, and which. */
import { isMusterError } from '../../shared/muster-error.ts';
import { findRipgrep, type Ripgrep } from '../search/find-ripgrep.ts';
import type { Check } from './check.ts';

const whose: Record<Ripgrep['from'], string> = {
  editor: "the editor's own",
  package: 'installed beside Muster',
  path: 'found on the PATH',
};

export const searchCheck: Check = {
  title: 'search',
  async run() {
    try {
      const { file, from } = await findRipgrep();
      return { state: 'works', lines: [`ripgrep, ${whose[from]}: ${file}`] };
    } catch (error) {
      if (!isMusterError(error)) throw error;
      return { state: 'limited', lines: [error.userMessage] };
    }
  },
};
