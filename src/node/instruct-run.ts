/** A person's instruction on its way to whoever executes the run: recorded first, then taken up here if nobody else holds the run. */
import type { RunDriver } from '../engine/run/run-driver.ts';
import type { RunId } from '../shared/ids.ts';
import { isMusterError, MusterError } from '../shared/muster-error.ts';
import type { Given, Settlement } from './database/instruction-table.ts';
import type { LeaseState } from './database/lease-table.ts';
import type { Database } from './database/open-database.ts';

export type Instructing = {
  database: Database;
  runId: RunId;
  /** The run in this process, which takes instructions up by itself. */
  isOpen(): boolean;
  /** Takes the run up in this process. @throws MusterError `in-use` */
  resume(): Promise<RunDriver>;
};

/** Who executes a run takes an instruction up within a second; this is for one that is held up. */
const looks = 40;
const lookMs = 250;

/**
 * @returns the run, not started, where it was taken up for this
 * @throws MusterError `wrong-decision` with the reason; `in-use` when it is recorded and not yet taken up
 */
export async function instructRun(
  { database, runId, isOpen, resume }: Instructing,
  given: readonly Given[],
): Promise<RunDriver | undefined> {
  let taken: RunDriver | undefined;
  const takeUp = async () => {
    if (isOpen() || (await database.leaseOf(runId)).is === 'held') return;
    taken = await resume().catch(whenHeld);
  };
  // Somebody decided and did not come to carry it out.
  if ((await database.openInstructions(runId)).length > 0) await takeUp();
  const number = await database.instruct(runId, given.map(behindTheOthers));
  for (let look = 0; look < looks; look += 1) {
    await takeUp();
    const settlement = await settledSoon(database, number);
    if (settlement?.status === 'done') return taken;
    if (settlement) throw new MusterError('wrong-decision', settlement.reason);
  }
  throw notTakenUp(await database.leaseOf(runId));
}

/** What is applied is what was decided, so that a decision that is refused stops it. */
function behindTheOthers(given: Given, position: number): Given {
  const { instruction } = given;
  if (instruction.do !== 'apply' || position === 0) return given;
  return { ...given, instruction: { ...instruction, behind: position } };
}

/** For what another process may be doing at the same time. */
export function whenHeld(error: unknown): undefined {
  if (!isMusterError(error) || error.code !== 'in-use') throw error;
}

/** In words, e.g. `process 12 on build-host`. */
export function holderName({ pid, host }: Extract<LeaseState, { is: 'held' }>): string {
  return `process ${pid}${host === undefined ? '' : ` on ${host}`}`;
}

async function settledSoon(database: Database, number: number): Promise<Settlement | undefined> {
  const signal = AbortSignal.timeout(lookMs);
  try {
    return await database.settled(number, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function notTakenUp(lease: LeaseState): MusterError {
  const who = lease.is === 'held' ? ` (${holderName(lease)})` : '';
  return new MusterError(
    'in-use',
    `It is recorded, but the window or command line that executes this run${who} has not taken it up yet. It counts as soon as that process goes on, or another takes the run over. Look at the run again in a moment.`,
  );
}
