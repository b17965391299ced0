/** Commands that agents want to run and that wait for the person's yes. */
import { type ReactNode, useId } from 'react';
import { showHidden } from '../shared/hidden-characters.ts';
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
    <Region
      name="Permission"
      asks={approvals.length > 0}
      aside={
        approvals.length > 0 ? count(approvals.length, 'command') : count(run.grants.length, 'rule')
      }
    >
      {approvals.length > 0 && (
        <p className="hint">
          {approvals.every((each) => each.sandboxed)
            ? "Commands run in a sandbox: they write in the task's own copy of the folder alone."
            : "Commands run in the task's own copy of the folder, as you and without a sandbox."}
        </p>
      )}
      {approvals.map((approval) => (
        <PermissionCard key={approval.approvalId} run={run} approval={approval} />
      ))}
      <Grants run={run} />
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
    <article
      ref={ref}
      className="card card-question"
      aria-label={`Command of ${approval.agent ?? 'an agent'}`}
    >
      <p>
        <strong>{approval.agent ?? 'An agent'}</strong> wants to run
        {task && <> for “{task.title}”</>}:
      </p>
      <pre id={id} className="command">
        {showHidden(approval.command ?? '')}
      </pre>
      <Because approval={approval} />
      <div className="actions">
        {decisions
          .filter(({ decision }) => decision !== 'allow-run' || !approval.always)
          .map(({ decision, words, kind }) => (
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
      <div className="actions">
        {approval.prefix !== undefined && (
          <Button
            kind="quiet"
            unavailable={sent}
            onPress={() =>
              panel.sendOnce(approvalId, {
                type: 'permission',
                runId: run.runId,
                approvalId,
                decision: 'allow-run',
                prefix: approval.prefix ?? '',
              })
            }
          >
            {`Allow “${approval.prefix}” for this run`}
          </Button>
        )}
        {approval.agent !== undefined && (
          <Button
            kind="quiet"
            onPress={() =>
              panel.send({
                type: 'show-commands',
                runId: run.runId,
                agent: approval.agent ?? '',
              })
            }
          >
            Show its commands
          </Button>
        )}
      </div>
      <p className="hint">{deadlineWords(approval.deadline, now)}</p>
    </article>
  );
}

/** Why it asks, what it makes run, and what a yes opens. */
function Because({ approval }: { approval: ApprovalState }): ReactNode {
  const { reasons = [], scripts = [], hosts = [] } = approval;
  return (
    <>
      {reasons.length > 0 && (
        <ul className="points" aria-label="Why it asks">
          {reasons.map((each) => (
            <li key={each} className="words">
              It asks because {showHidden(each)}.
            </li>
          ))}
        </ul>
      )}
      {scripts.length > 0 && (
        <>
          <p>It runs these scripts of the folder:</p>
          <pre className="command">{showHidden(scripts.join('\n'))}</pre>
        </>
      )}
      {hosts.length > 0 && <p>A yes lets this command reach {hosts.join(', ')}, while it runs.</p>}
    </>
  );
}

/** What the person has allowed for the rest of this run, to be taken back. */
function Grants({ run }: { run: RunState }): ReactNode {
  const panel = usePanel();
  const id = useId();
  const { runId, grants } = run;
  if (grants.length === 0) return null;
  return (
    <>
      <p id={id} className="hint">
        Allowed for the rest of this run:
      </p>
      <ul className="grants" aria-labelledby={id}>
        {grants.map(({ grant, prefix }) => {
          const what =
            prefix === undefined ? 'Every command' : `Commands that begin with “${prefix}”`;
          return (
            <li key={grant}>
              <span className="words">{what}</span>
              <Button
                kind="quiet"
                label={`Take back: ${what}`}
                onPress={() => panel.send({ type: 'revoke-grant', runId, grant })}
              >
                Take back
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
