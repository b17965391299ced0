/** Tells `when` clauses what the selected run can do now. */
import * as vscode from 'vscode';
import { canRevert, hasEnded, openApprovals, type RunState } from '../shared/run-state.ts';
import type { ContextKey } from './ids.ts';

const known = new Map<ContextKey, boolean>();

export function setContextKeys(state: RunState | null): void {
  const values: Record<ContextKey, boolean> = {
    'muster.awaitingApproval':
      state !== null && openApprovals(state).some((each) => each.kind === 'plan'),
    'muster.reviewing': state?.status === 'reviewing',
    'muster.running': state !== null && !hasEnded(state),
    'muster.paused': state?.status === 'paused',
    'muster.canRevert': state !== null && canRevert(state),
    'muster.canResume':
      state !== null && ['interrupted', 'paused', 'lapsed', 'failed'].includes(state.status),
  };
  for (const [key, value] of Object.entries(values) as Array<[ContextKey, boolean]>) {
    if (known.get(key) === value) continue;
    known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
