/** The doctor's line on the sandbox: whether commands run in one here, and what to do if not. */
import { createSandbox } from '../terminal/sandbox.ts';

export async function checkSandbox(): Promise<{
  name: string;
  ok: boolean;
  detail: string;
  advice?: string;
}> {
  const sandbox = createSandbox();
  try {
    const state = await sandbox.state();
    if (state.works) {
      const detail = 'commands run in a sandbox: they write in their lane alone, and reach no host';
      return { name: 'sandbox', ok: true, detail };
    }
    const detail = `commands run without a sandbox: ${state.reason}`;
    return { name: 'sandbox', ok: false, detail, advice: state.advice };
  } finally {
    await sandbox.close();
  }
}
