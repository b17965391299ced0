/** A run as other extensions see it: its events as an async iterable, from the first on. */
import type { RunDriver } from '../engine/run/run-driver.ts';
import { Decision, type RunEvent } from '../shared/events.ts';
import { ApprovalId, TaskId } from '../shared/ids.ts';
import type { Run } from './api.ts';

export type EventFeed = {
  push(events: readonly RunEvent[], ended: boolean): void;
  /** Calls back once, at the next events. */
  onNext(listener: () => void): void;
  /** Events that came after `seq` since the feed began, and whether more can come. */
  after(seq: number): { events: RunEvent[]; ended: boolean };
};

export function feedEvents(): EventFeed {
  const kept: RunEvent[] = [];
  let listeners: Array<() => void> = [];
  let ended = false;
  return {
    push(events, last) {
      kept.push(...events);
      ended = last;
      const waiting = listeners;
      listeners = [];
      for (const listener of waiting) listener();
    },
    onNext: (listener) => void listeners.push(listener),
    after: (seq) => ({ events: kept.filter((event) => event.seq > seq), ended }),
  };
}

export function createApiRun(
  driver: RunDriver,
  { past, feed }: { past: readonly RunEvent[]; feed: EventFeed },
): Run {
  return {
    id: driver.state.runId,
    get state() {
      return driver.state;
    },
    events: { [Symbol.asyncIterator]: () => iterate(past, feed) },
    // What another extension hands over has no type that could be trusted.
    decide: async (approvalId, decision) =>
      driver.decide(ApprovalId.parse(approvalId), Decision.parse(decision), 'another extension'),
    editPlan: (approvalId, edit) =>
      driver.editPlan(ApprovalId.parse(approvalId), edit, 'another extension'),
    editTask: (taskId, edit) => driver.editTask(TaskId.parse(taskId), edit, 'another extension'),
    cancel: () => driver.cancel('another extension'),
  };
}

async function* iterate(past: readonly RunEvent[], feed: EventFeed): AsyncGenerator<RunEvent> {
  yield* past;
  let seq = past.at(-1)?.seq ?? 0;
  for (;;) {
    const { events, ended } = feed.after(seq);
    for (const event of events) {
      yield event;
      seq = event.seq;
    }
    if (events.length > 0) continue;
    if (ended) return;
    await new Promise<void>((resolve) => feed.onNext(resolve));
  }
}
