/** A run as other extensions see it: its events as an async iterable, from the first on. */
import { Decision } from '../shared/decision.ts';
import type { RunEvent } from '../shared/events.ts';
import { ApprovalId, type RunId, TaskId } from '../shared/ids.ts';
import type { Instruction } from '../shared/instruction.ts';
import type { EditResult, PlanEdit } from '../shared/plan-edit.ts';
import { hasEnded, type RunState } from '../shared/run-state.ts';
import type { Run } from './api.ts';

export type EventFeed = {
  push(events: readonly RunEvent[], state: RunState): void;
  /** After the last events; undefined before the first. */
  readonly state: RunState | undefined;
  /** Calls back once, at the next events. */
  onNext(listener: () => void): void;
  /** Events that came after `seq` since the feed began. */
  after(seq: number): RunEvent[];
};

export function feedEvents(): EventFeed {
  const kept: RunEvent[] = [];
  let listeners: Array<() => void> = [];
  let state: RunState | undefined;
  return {
    get state() {
      return state;
    },
    push(events, last) {
      kept.push(...events);
      state = last;
      const waiting = listeners;
      listeners = [];
      for (const listener of waiting) listener();
    },
    onNext: (listener) => void listeners.push(listener),
    after: (seq) => kept.filter((event) => event.seq > seq),
  };
}

export type ApiRunParts = {
  runId: RunId;
  past: readonly RunEvent[];
  feed: EventFeed;
  state(): RunState;
  instruct(instruction: Instruction): Promise<void>;
  editPlan(approvalId: ApprovalId, edit: PlanEdit): Promise<EditResult>;
  editTask(taskId: TaskId, edit: unknown): Promise<EditResult>;
};

export function createApiRun(parts: ApiRunParts): Run {
  const { runId, past, feed, state, instruct } = parts;
  return {
    id: runId,
    get state() {
      return state();
    },
    events: { [Symbol.asyncIterator]: () => iterate(past, feed, () => hasEnded(state())) },
    // What another extension hands over has no type that could be trusted.
    decide: async (id, decision) =>
      instruct({
        do: 'decide',
        approvalId: ApprovalId.parse(id),
        decision: Decision.parse(decision),
      }),
    editPlan: async (id, edit) => parts.editPlan(ApprovalId.parse(id), edit),
    editTask: async (id, edit) => parts.editTask(TaskId.parse(id), edit),
    cancel: () => instruct({ do: 'cancel' }),
  };
}

async function* iterate(
  past: readonly RunEvent[],
  feed: EventFeed,
  isOver: () => boolean,
): AsyncGenerator<RunEvent> {
  yield* past;
  let seq = past.at(-1)?.seq ?? 0;
  for (;;) {
    const ended = isOver();
    const events = feed.after(seq);
    for (const event of events) {
      yield event;
      seq = event.seq;
    }
    if (events.length > 0) continue;
    if (ended) return;
    await new Promise<void>((resolve) => feed.onNext(resolve));
  }
}
