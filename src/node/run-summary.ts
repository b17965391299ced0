/** A run in a line of a list, whoever executes it. */
import type { RunSummary } from '../shared/protocol.ts';
import { type RunState, waitsForPerson } from '../shared/run-state.ts';

export function summaryOf(state: RunState): RunSummary {
  const { runId, request, status, startedAt, provider, outcome, error } = state;
  return {
    runId,
    request: request.slice(0, 500),
    status,
    startedAt,
    waiting: waitsForPerson(state),
    provider,
    ...(status === 'completed' && outcome ? { outcome } : {}),
    ...(status === 'failed' && error ? { failure: error.code } : {}),
  };
}

/** Left alone until the person goes on, whoever holds it. */
export function isParked(status: RunState['status']): boolean {
  return status === 'paused' || status === 'lapsed';
}
