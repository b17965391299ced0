/** A run that another window or command line executes, on the terminal: its events until it rests, or until it is this process's turn. */
import { isAtRest } from '../engine/run/is-at-rest.ts';
import { holderName } from '../node/instruct-run.ts';
import type { RunHost } from '../node/run-host.ts';
import type { RunState } from '../shared/run-state.ts';
import type { Printer } from './printer.ts';

/**
 * @param from events behind this state are printed
 * @returns the state when it rests, or when nobody executes the run any more. An abort rejects
 */
export async function followElsewhere(
  host: RunHost,
  { from, printer }: { from: RunState; printer: Printer },
  signal: AbortSignal,
): Promise<{ state: RunState; rests: boolean }> {
  let last = from;
  await host.follow(
    from,
    {
      onEvents(events, state) {
        last = state;
        printer.events(events);
      },
      onLease: (lease) => {
        if (lease.is === 'held') printer.note(`Executed by ${holderName(lease)}; following it.`);
      },
      until: (state, lease) => isAtRest(state) || lease.is !== 'held',
    },
    signal,
  );
  return { state: last, rests: isAtRest(last) };
}
