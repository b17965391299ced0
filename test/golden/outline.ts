/** What must stay true of a golden log however the state's shape grows. */
import type { RunState } from '../../src/shared/run-state.ts';

export function outlineOf(state: RunState) {
  return {
    status: state.status,
    outcome: state.outcome,
    tasks: state.tasks.map(({ task, status, attempt, round, conflicts }) => ({
      id: task.id,
      status,
      attempt,
      round,
      conflicts,
    })),
    approvals: state.approvals.map(({ approvalId, decided }) => [
      approvalId,
      decided?.decision.decision,
    ]),
    conversations: state.conversations.map(({ conversationId, turns, ended }) => [
      conversationId,
      turns.length,
      ended,
    ]),
    files: state.changes?.files.map(({ path, status, hunks, decisions }) => ({
      path,
      status,
      hunks: hunks.length,
      decisions: Object.values(decisions),
    })),
    usage: state.usage,
    requests: state.requests,
    retries: state.retries,
    repeated: state.repeated,
  };
}
