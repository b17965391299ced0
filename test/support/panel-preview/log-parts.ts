// Pieces of a told run: its numbered events, conversations, and what becomes of a task.

import type { EventBody, RunEvent } from '../../../src/shared/events.ts';
import { BodyRef, CallId, RunId } from '../../../src/shared/ids.ts';
import { reduceAll } from '../../../src/shared/reduce.ts';
import type { RunState } from '../../../src/shared/run-state.ts';

export const runId = RunId.parse('20251122-dates');

const startedAt = Date.parse('2025-11-22T14:00:00Z');

export const deadline = '2025-11-23T14:02:00.000Z';

export const limits = { maxAttempts: 3, maxTasks: 50, approvalHours: 24 };

export const hash = 'a'.repeat(64);

export const commit = 'c'.repeat(40);

export const callId = (id: string): CallId => CallId.parse(id);

export const body = BodyRef.parse({ hash: 'b'.repeat(64), bytes: 4_200 });

/** Numbers and dates the bodies; one event each four seconds. */
export function eventsOf(bodies: readonly unknown[]): RunEvent[] {
  return bodies.map((each, index) => {
    const at = new Date(startedAt + index * 4_000).toISOString();
    return { v: 1, seq: index + 1, at, runId, ...(each as EventBody) } as RunEvent;
  });
}

export function stateOf(bodies: readonly unknown[]): RunState {
  const state = reduceAll(eventsOf(bodies));
  if (!state) throw new Error('A log needs a first event');
  return state;
}

type Purpose = { kind: string; [key: string]: unknown };

export function conversation(conversationId: string, purpose: Purpose, agent: string): unknown {
  return {
    type: 'conversation:start',
    conversationId,
    purpose,
    agent,
    model: 'claude-sonnet-5-5',
    system: body,
    tools: body,
    first: body,
    maxTurns: 40,
  };
}

export function invoke(conversationId: string, turn: number, agent = 'agent'): unknown {
  const turnId = `${conversationId}/${turn}`;
  return { type: 'agent:invoke', conversationId, turnId, agent, model: 'claude-sonnet-5-5' };
}

type Said = { text?: string; calls?: readonly string[] };

export function answer(conversationId: string, turn: number, said: Said = {}): unknown {
  const { text = '', calls = [] } = said;
  return {
    type: 'agent:answer',
    conversationId,
    turnId: `${conversationId}/${turn}`,
    answer: body,
    text,
    model: 'claude-sonnet-5-5',
    stop: calls.length > 0 ? 'tools' : 'end',
    usage: { input: 420, output: 610, cacheRead: 5_300, cacheWrite: 900 },
    costUsd: 0.00972,
    calls: calls.map((callId) => ({ callId, providerId: callId, name: 'run_command' })),
  };
}

export function call(conversationId: string, callId: string, title: string): unknown {
  return { type: 'tool:call', conversationId, callId, name: 'tool', title };
}

export function result(conversationId: string, callId: string, ok = true, summary = ''): unknown {
  return { type: 'tool:result', conversationId, callId, ok, summary, content: body };
}

/** A conversation that made these calls, all with good results, and came to its end. */
export function finished(
  conversationId: string,
  purpose: Purpose,
  agent: string,
  titles: readonly string[],
): unknown[] {
  const ids = titles.map((_, index) => `${conversationId}#${index}`);
  const last = ids.at(-1) ?? '';
  return [
    conversation(conversationId, purpose, agent),
    invoke(conversationId, 1, agent),
    answer(conversationId, 1, { calls: ids }),
    ...titles.flatMap((title, index) => [
      call(conversationId, ids[index] ?? '', title),
      result(conversationId, ids[index] ?? '', true, title),
    ]),
    { ...(result(conversationId, last) as object), ends: true },
  ];
}

export function started(taskId: string, agent: string): unknown {
  return { type: 'task:start', taskId, agent, laneId: `lane-${taskId}`, base: commit };
}

export function recorded(taskId: string, round: number): unknown {
  const files = [
    { path: 'a', status: 'modified', additions: 1, deletions: 1, binary: false, hunks: [] },
  ];
  const summary = 'Done.';
  return {
    type: 'task:recorded',
    taskId,
    attempt: round,
    round,
    tree: commit,
    summary,
    diff: body,
    files,
  };
}

export function passed(taskId: string, round: number): unknown[] {
  return (['code reviewer', 'logic checker'] as const).map((reviewer) => ({
    type: 'review:result',
    taskId,
    round,
    reviewer,
    passed: true,
    summary: 'As it should be.',
    issues: [],
  }));
}

export function complete(taskId: string, attempt: number): unknown {
  return {
    type: 'task:complete',
    taskId,
    attempt,
    summary: 'Done.',
    head: commit,
    files: ['src/a.ts'],
  };
}

export const totals = {
  tasks: { planned: 5, done: 5, failed: 0, blocked: 0 },
  requests: 31,
  retries: 1,
  usage: { input: 14_200, output: 22_900, cacheRead: 410_000, cacheWrite: 31_000 },
  costUsd: 0.41,
  wallMs: 214_000,
  criticalPathMs: 131_000,
};
