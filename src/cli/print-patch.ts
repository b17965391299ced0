/** `muster patch`: the changes of a run for `git apply`, on standard output byte for byte. */
import { once } from 'node:events';
import process from 'node:process';
import { fitsOnly } from './apply-wanted.ts';
import type { RunFlags } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { parseRunId } from './inputs.ts';
import { openHost } from './open-host.ts';
import type { Printer } from './printer.ts';

export async function printPatch(id: string, flags: RunFlags, printer: Printer): Promise<number> {
  const host = await openHost(flags, printer);
  try {
    const runId = parseRunId(id);
    const { changes } = await host.state(runId);
    const fits = fitsOnly(changes?.files ?? [], changes && flags.only);
    const { signal } = new AbortController();
    const patch = await host.patch(runId, { fits, signal });
    if (patch.length === 0) printer.note('There is nothing in this patch.');
    if (!process.stdout.write(patch)) await once(process.stdout, 'drain');
    return exitCodes.done;
  } finally {
    await host.close();
  }
}
