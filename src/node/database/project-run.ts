/** How events show in the table of runs. */
import { endedStatuses } from '../../shared/run-state.ts';
import { type Projections, set } from './projection.ts';

export const runProjections: Projections = {
  'workflow:start': ({ runId, at, workspace, provider, muster, request }) => [
    set(
      'runs',
      { run_id: runId },
      { status: 'analyzing', started_at: at, workspace, provider, muster, request },
    ),
  ],
  'workflow:status': ({ runId, at, status }) => {
    const ended = endedStatuses.includes(status) ? at : null;
    return [set('runs', { run_id: runId }, { status, ended_at: ended })];
  },
  'workflow:resume': ({ runId }) => [
    // One that had failed is tried again.
    set(
      'runs',
      { run_id: runId },
      { status: 'analyzing', ended_at: null, error_code: null, error_message: null },
      ' AND error_code IS NOT NULL',
    ),
  ],
  'workflow:error': ({ runId, code, message }) => [
    set('runs', { run_id: runId }, { error_code: code, error_message: message }),
  ],
  'workflow:complete': ({ runId, outcome }) => [set('runs', { run_id: runId }, { outcome })],
  'snapshot:taken': ({ runId, commit }) => [
    set('runs', { run_id: runId }, { base: commit, head: commit }),
  ],
};
