/** Questions of a run that nobody executes warn and lapse all the same. */
import { dueEvents } from '../engine/run/decide-deadlines.ts';
import type { RunEvent } from '../shared/events.ts';
import { reduce } from '../shared/reduce.ts';
import type { RunState } from '../shared/run-state.ts';
import type { Database } from './database/open-database.ts';
import { whenHeld } from './instruct-run.ts';
import type { SeenRuns } from './seen-runs.ts';

export type Due = {
  database: Database;
  seen: SeenRuns;
  now(): number;
  onEvents(events: readonly RunEvent[], state: RunState): void;
};

/** @returns the state with what is due now; as it was while another process holds the run */
export async function appendDue(
  { database, seen, now, onEvents }: Due,
  state: RunState,
): Promise<RunState> {
  if (dueEvents(state, now()).length === 0) return state;
  // Those are for the next owner to take up first: they may have been given in time.
  if ((await database.openInstructions(state.runId)).length > 0) return state;
  const journal = await database.openRun(state.runId).catch(whenHeld);
  if (!journal) return state;
  try {
    let after = (await seen.catchUp(journal)) ?? state;
    const events = await journal.append(dueEvents(after, now()));
    for (const event of events) after = reduce(after, event);
    seen.keep(after);
    if (events.length > 0) onEvents(events, after);
    return after;
  } finally {
    await journal.close();
  }
}
