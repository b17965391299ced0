/** Commands that agents want to run and that wait for the person's yes. */
import { type ReactNode, useId } from 'react';
import type { ApprovalState, RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { deadlineWords } from './figures.ts';
import { useFocusHandedOn } from './focus.ts';
import { useNow, usePanel, useSent } from './panel-hooks.ts';
import { Region } from './region.tsx';
import { count } from './words.ts';

type PermissionSectionProps = { run: RunState; approvals: readonly ApprovalState[] };

export function PermissionSection({ run, approvals }: PermissionSectionProps): ReactNode {
  return (
    <Region name="Permission" asks aside={count(approvals.length, 'command')}>
      <p className="hint">
        Commands run in the task's own copy of the folder, as you and without a sandbox.
      </p>
      {approvals.map((approval) => (
        <PermissionCard key={approval.approvalId} run={run} approval={approval} />
      ))}
    </Region>
  );
}

const decisions = [
  { decision: 'allow-once', words: 'Allow once', kind: 'primary' },
  { decision: 'allow-run', words: 'Allow for this run', kind: 'secondary' },
  { decision: 'deny', words: 'Deny', kind: 'secondary' },
] as const;

function PermissionCard({ run, approval }: { run: RunState; approval: ApprovalState }): ReactNode {
  const panel = usePanel();
  const ref = useFocusHandedOn();
  const id = useId();
  const now = useNow(60_000);
  const { approvalId } = approval;
  const sent = useSent(approvalId);
  const task = run.tasks.find((each) => each.task.id === approval.taskId)?.task;
  return (
    <article ref={ref} className="card" aria-label={`Command of ${approval.agent ?? 'an agent'}`}>
      <p>
        <strong>{approval.agent ?? 'An agent'}</strong> wants to run
        {task && <> for “{task.title}”</>}:
      </p>
      <pre id={id} className="command">
        {approval.command}
      </pre>
      <div className="actions">
        {decisions.map(({ decision, words, kind }) => (
          <Button
            key={decision}
            kind={kind}
            describedBy={id}
            unavailable={sent}
            onPress={() =>
              panel.sendOnce(approvalId, {
                type: 'permission',
                runId: run.runId,
                approvalId,
                decision,
              })
            }
          >
            {words}
          </Button>
        ))}
      </div>
      <p className="hint">{deadlineWords(approval.deadline, now)}</p>
    </article>
  );
}
