/** The decision on plan and team: it stays in view while the person reads them. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { ApprovalState, RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { EditBar } from './edit-bar.tsx';
import { deadlineWords } from './figures.ts';
import { useFocusHandedOn } from './focus.ts';
import { useNow, useOpen, usePanel, useSent, useText } from './panel-hooks.ts';
import type { PlanEditing } from './use-plan-draft.ts';

type ApprovalProps = { run: RunState; approval: ApprovalState };
type ApprovalSectionProps = ApprovalProps & { edit: PlanEditing };

export function ApprovalSection({ run, approval, edit }: ApprovalSectionProps): ReactNode {
  const panel = usePanel();
  const ref = useFocusHandedOn();
  const { runId } = run;
  const { approvalId } = approval;
  const hash = approval.hash ?? run.team?.hash;
  const sent = useSent(approvalId);
  const [asking, toggleAsking] = useOpen(`feedback:${approvalId}`, false);
  const now = useNow(60_000);
  const hintId = useId();
  const held = edit.unsaved || edit.saving;
  const why = held ? { describedBy: hintId, title: unsavedWords } : {};
  return (
    <section ref={ref} className="approval" aria-label="Approval">
      {edit.draft && <EditBar draft={edit.draft} edit={edit} editedBy={run.plan?.editedBy} />}
      {asking && !held && <Feedback approval={approval} run={run} sent={sent} />}
      <div className="actions">
        <Button
          {...why}
          kind={asking || edit.draft ? 'secondary' : 'primary'}
          unavailable={sent || held || hash === undefined}
          onPress={() => {
            if (hash === undefined) return;
            panel.sendOnce(approvalId, { type: 'approve', runId, approvalId, hash });
          }}
        >
          Approve and execute
        </Button>
        <Button
          {...why}
          unavailable={sent || held}
          expanded={asking && !held}
          onPress={toggleAsking}
        >
          Request changes
        </Button>
        <Button
          unavailable={sent}
          onPress={() => panel.sendOnce(approvalId, { type: 'reject', runId, approvalId })}
        >
          Reject
        </Button>
      </div>
      {held && (
        <p id={hintId} className="hint">
          {unsavedWords}
        </p>
      )}
      <p className="hint">{deadlineWords(approval.deadline, now)}</p>
    </section>
  );
}

const unsavedWords = 'Save or discard your edits first: what is approved is what was saved.';

function Feedback({ run, approval, sent }: ApprovalProps & { sent: boolean }): ReactNode {
  const panel = usePanel();
  const { approvalId } = approval;
  const [text = '', setText] = useText(`feedback:${approvalId}`);
  const textbox = useRef<HTMLTextAreaElement>(null);
  const feedback = text.trim();
  useEffect(() => textbox.current?.focus(), []);
  const send = (): void => {
    panel.sendOnce(approvalId, {
      type: 'request-changes',
      runId: run.runId,
      approvalId,
      feedback,
    });
  };
  return (
    <div className="feedback">
      <textarea
        ref={textbox}
        className="input"
        rows={3}
        aria-label="Feedback"
        placeholder="What should be different in the plan or the team?"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          if (feedback !== '') send();
        }}
      />
      <div className="actions">
        <Button
          kind="primary"
          unavailable={sent || feedback === ''}
          title={feedback === '' ? 'Write what should be different first' : 'Plan again with this'}
          onPress={send}
        >
          Send
        </Button>
      </div>
    </div>
  );
}
