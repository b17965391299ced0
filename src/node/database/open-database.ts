/** The database of a workspace: the journals of its runs, who executes them, and their list. */
import type { Clock } from '../../engine/ports.ts';
import type { RunEvent } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import { takenOver } from './database-error.ts';
import type { Given, OpenInstruction, Settlement } from './instruction-table.ts';
import type { LeaseState } from './lease-table.ts';
import { type LeasedJournal, leasedJournal, type RunReader, runReader } from './leased-journal.ts';
import { parseRecords } from './parse-records.ts';
import { requireSqlite } from './sqlite-module.ts';
import type { ListedRun } from './store.ts';
import { startWorker } from './worker-client.ts';
import type { Timing } from './worker-messages.ts';

export type Database = {
  /** For the person, e.g. that a damaged database was set aside. */
  readonly notices: readonly string[];
  /** A new run, executed by this process. @throws MusterError `storage` */
  createRun(runId: RunId): Promise<LeasedJournal>;
  /**
   * A run that this process is to execute, taken over if its owner is gone.
   * @throws MusterError `in-use` while a living process executes it, `not-found`, `storage`
   */
  openRun(runId: RunId): Promise<LeasedJournal>;
  /** A run that anyone may be executing. */
  readRun(runId: RunId): RunReader;
  /**
   * What is appended behind event `after`, by any process, in batches and in order, without end.
   * @throws MusterError `not-found`, `storage`; an abort ends it with the signal's reason
   */
  watchRun(runId: RunId, after: number, signal: AbortSignal): AsyncGenerator<RunEvent[]>;
  leaseOf(runId: RunId): Promise<LeaseState>;
  /**
   * Records what a person tells a run, whoever executes it; the first decision counts.
   * @returns the number of the last, to be asked for by `settled`
   * @throws MusterError `wrong-decision` for what was decided already; then none is recorded
   */
  instruct(runId: RunId, given: readonly Given[]): Promise<number>;
  /** What is recorded for a run and nobody has taken up yet, in order. */
  openInstructions(runId: RunId): Promise<OpenInstruction[]>;
  /** As `openInstructions`, behind number `after`, as soon as there are any. */
  nextInstructions(runId: RunId, after: number, signal: AbortSignal): Promise<OpenInstruction[]>;
  /** To be called by who executes the run, once the events are appended. */
  settle(number: number, settlement: Settlement): Promise<void>;
  /** As soon as who executes the run has taken the instruction up. */
  settled(number: number, signal: AbortSignal): Promise<Settlement>;
  /** Newest first. */
  listRuns(): Promise<ListedRun[]>;
  /** Gives up all runs. */
  close(): Promise<void>;
};

const defaultTiming: Timing = { beat: 2_000, poll: 200, busy: 2_000 };

/** Records in one message. */
const watchLimit = 1_000;

/**
 * Opens the database in a thread of its own, and makes it where there is none; the folder is there.
 * @throws MusterError `storage` when it is locked, read-only, of a newer version, or node:sqlite is missing
 */
export async function openDatabase(
  folder: string,
  { clock, timing = {} }: { clock: Clock; timing?: Partial<Timing> },
): Promise<Database> {
  // Before anything that an old Node does not know either.
  requireSqlite();
  const losing = new Map<RunId, AbortController>();
  const setup = { folder, now: clock.now().getTime(), timing: { ...defaultTiming, ...timing } };
  const worker = await startWorker(setup, (runs) => {
    for (const runId of runs) losing.get(runId)?.abort(takenOver());
  });
  let closed: Promise<void> | undefined;

  const openJournal = async (runId: RunId, how: 'create' | 'acquire') => {
    const lease = await worker.call(how, [runId]);
    const controller = new AbortController();
    losing.set(runId, controller);
    return leasedJournal({ worker, runId, lease, clock, lost: controller.signal });
  };
  return {
    notices: worker.notices,
    createRun: (runId) => openJournal(runId, 'create'),
    openRun: (runId) => openJournal(runId, 'acquire'),
    readRun: (runId) => runReader(worker, runId),
    async *watchRun(runId, after, signal) {
      for (let last = after; ; ) {
        const records = await worker.call('next', [runId, last, watchLimit], { signal });
        const events = parseRecords(records.lines, { runId, after: last });
        last += records.count;
        if (events.length > 0) yield events;
      }
    },
    leaseOf: (runId) => worker.call('leaseOf', [runId]),
    instruct: (runId, given) => worker.call('instruct', [runId, given]),
    openInstructions: (runId) => worker.call('openInstructions', [runId, 0]),
    nextInstructions: (runId, after, signal) =>
      worker.call('nextInstructions', [runId, after], { signal, background: true }),
    settle: (number, settlement) => worker.call('settle', [number, settlement]),
    settled: (number, signal) => worker.call('settled', [number], { signal }),
    listRuns: () => worker.call('list', []),
    close() {
      closed ??= worker.call('close', []).finally(() => worker.end());
      return closed;
    },
  };
}
