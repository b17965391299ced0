/** What `activate` returns: Muster for other extensions and for tests. */
import type { Decision, RunEvent } from '../shared/events.ts';
import type { RunSummary } from '../shared/protocol.ts';
import type { RunState } from '../shared/run-state.ts';

export type MusterApi = {
  version: string;
  /** Starts a run in the open folder. Rejects with a MusterError where none can be started. */
  start(request: string | { task: string }): Promise<Run>;
  /** The runs of the open folder, newest first. */
  runs(): Promise<RunSummary[]>;
  get(runId: string): Promise<Run | undefined>;
};

export type Run = {
  id: string;
  /** As it is now. */
  readonly state: RunState;
  /** From the first event on; ends when the run has ended. */
  readonly events: AsyncIterable<RunEvent>;
  /** Rejects when the question was decided already or the decision does not fit it. */
  decide(approvalId: string, decision: Decision): Promise<void>;
  cancel(): Promise<void>;
};
