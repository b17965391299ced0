/** The list of runs as the database tells it. */
import type { StatementSync } from 'node:sqlite';
import type { RunId } from '../../shared/ids.ts';
import type { RunSummary } from '../../shared/protocol.ts';
import { endedStatuses } from '../../shared/run-state.ts';

const ended = endedStatuses.map((status) => `'${status}'`).join(', ');

/** As `summaryOf` makes it of a state. */
export const selectRuns = `
  SELECT run_id, substr(request, 1, 500) AS request, status, started_at, provider, outcome,
    error_code,
    status NOT IN (${ended}) AND (
      status = 'reviewing' OR EXISTS (
        SELECT 1 FROM approvals WHERE approvals.run_id = runs.run_id AND decision IS NULL
      )
    ) AS waiting
  FROM runs WHERE status IS NOT NULL AND request IS NOT NULL
  ORDER BY started_at DESC, run_id DESC`;

export function readRuns(select: StatementSync): RunSummary[] {
  return select.all().map((row) => {
    const { status, outcome, error_code: failure } = row;
    return {
      // Parsed when they were written.
      runId: row.run_id as RunId,
      request: String(row.request),
      status: status as RunSummary['status'],
      startedAt: String(row.started_at),
      waiting: row.waiting === 1,
      provider: String(row.provider),
      ...(status === 'completed' && outcome
        ? { outcome: outcome as NonNullable<RunSummary['outcome']> }
        : {}),
      ...(status === 'failed' && failure ? { failure: String(failure) } : {}),
    };
  });
}
