/** `muster doctor`: what works on this machine, check by check. */
import type { Check, CheckResult } from '../node/doctor/check.ts';
import { gitCheck } from '../node/doctor/git-check.ts';
import { sandboxCheck } from '../node/doctor/sandbox-check.ts';
import { searchCheck } from '../node/doctor/search-check.ts';
import { storageCheck } from '../node/doctor/storage-check.ts';
import { defaultCapBytes } from '../node/staging/measure-storage.ts';
import type { RunFlags } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import type { Printer } from './printer.ts';

const words: Record<CheckResult['state'], string> = {
  works: 'works',
  limited: 'works, with limits',
  missing: 'does not work',
};

function checksFor({ workspace, state }: RunFlags): Check[] {
  const place = { workspace, capBytes: defaultCapBytes };
  const storage = storageCheck(state === undefined ? place : { ...place, state });
  return [gitCheck, searchCheck, sandboxCheck, storage];
}

/** @returns the exit code: failed when something does not work at all */
export async function doctor(flags: RunFlags, printer: Printer): Promise<number> {
  let code: number = exitCodes.done;
  for (const { title, run } of checksFor(flags)) {
    const { state, lines } = await run(new AbortController().signal);
    if (state === 'missing') code = exitCodes.failed;
    if (flags.json) printer.json({ check: title, state, lines });
    else printer.say([`${title}: ${words[state]}`, ...lines.map((line) => `  ${line}`)].join('\n'));
  }
  return code;
}
