/** Whether commands run in a sandbox here, and what to do if not. */
import { createSandbox } from '../terminal/sandbox.ts';
import type { Check } from './check.ts';

export const sandboxCheck: Check = {
  title: 'sandbox',
  async run() {
    const sandbox = createSandbox();
    try {
      const state = await sandbox.state();
      if (state.works) {
        const line =
          'Commands run in a sandbox: they write in their working copy alone, and reach no host that is not opened.';
        return { state: 'works', lines: [line] };
      }
      const reason = `Commands run without a sandbox, and every one asks: ${state.reason}.`;
      return { state: 'limited', lines: [reason, state.advice] };
    } finally {
      await sandbox.close();
    }
  },
};
