/** What the worker of the database and its client say to each other. */
import type { RunId } from '../../shared/ids.ts';
import { type ErrorCode, MusterError } from '../../shared/muster-error.ts';
import type { Append, Records } from './event-table.ts';
import type { OpenInstruction, Settlement } from './instruction-table.ts';
import type { Store } from './store.ts';

/** What the client may call; each answers once. */
export type Operations = Pick<
  Store,
  | 'create'
  | 'acquire'
  | 'release'
  | 'leaseOf'
  | 'read'
  | 'putBody'
  | 'getBody'
  | 'list'
  | 'instruct'
  | 'openInstructions'
  | 'settle'
  | 'close'
> & {
  /** @returns the number of the first event */
  append(append: Append): number;
  /** Records behind `after`, as soon as there are any. */
  next(runId: RunId, after: number, limit: number): Records;
  /** Open instructions behind number `after`, as soon as there are any. */
  nextInstructions(runId: RunId, after: number): OpenInstruction[];
  /** What became of an instruction, as soon as it is settled. */
  settled(number: number): Settlement;
};

export type Request =
  | {
      [Name in keyof Operations]: { id: number; name: Name; args: Parameters<Operations[Name]> };
    }[keyof Operations]
  /** Gives up the request of that number, which is then never answered. */
  | { name: 'cancel'; id: number };

export type Failure = { code: ErrorCode; userMessage: string; cause: string };

export type Response =
  /** The first of all. */
  | { kind: 'opened'; notices: string[] }
  | { kind: 'refused'; failure: Failure }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'failure'; id: number; failure: Failure }
  /** Runs that another process has taken over. */
  | { kind: 'lost'; runs: RunId[] };

export type WorkerSetup = {
  folder: string;
  /** Milliseconds since 1970. */
  now: number;
  timing: Timing;
};

/** Milliseconds. */
export type Timing = {
  /** Between two signs of life. */
  beat: number;
  /** Between two looks for events that another process appended. */
  poll: number;
  /** That SQLite waits for another connection, each time. */
  busy: number;
};

export function toFailure({ code, userMessage, cause }: MusterError): Failure {
  return { code, userMessage, cause: cause instanceof Error ? cause.message : '' };
}

export function fromFailure({ code, userMessage, cause }: Failure): MusterError {
  return new MusterError(code, userMessage, cause === '' ? {} : { cause: new Error(cause) });
}
