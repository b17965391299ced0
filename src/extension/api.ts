/** What `activate` returns: Muster for other extensions and for tests. */
import type { Decision } from '../shared/decision.ts';
import type { RunEvent } from '../shared/events.ts';
import type { EditResult, PlanEdit, TaskEdit } from '../shared/plan-edit.ts';
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
  /**
   * Changes the plan and team that wait for approval, each as a whole; `basedOn` is the approval's
   * hash. What is wrong comes back with its task or agent and field, and nothing is changed. The
   * approval then has another hash, and approving is a step of its own.
   */
  editPlan(approvalId: string, edit: PlanEdit): Promise<EditResult>;
  /** Changes a task that waits, is blocked or has failed; one that had failed is tried again. */
  editTask(taskId: string, edit: TaskEdit): Promise<EditResult>;
  cancel(): Promise<void>;
};
