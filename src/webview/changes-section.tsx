/** The change set: each file with what was decided about it, and the way to the diffs and to apply. */
import { type ReactNode, useId } from 'react';
import { hasAccepted, undecidedCount } from '../shared/changes.ts';
import { showHidden } from '../shared/hidden-characters.ts';
import type { FinalCheck, RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { ChangeList } from './change-list.tsx';
import { IssueList } from './issue-list.tsx';
import { Mark } from './mark.tsx';
import { usePanel, useSent } from './panel-hooks.ts';
import { Region } from './region.tsx';
import { count, list } from './words.ts';

type ChangesSectionProps = { run: RunState; changes: NonNullable<RunState['changes']> };

export function ChangesSection({ run, changes }: ChangesSectionProps): ReactNode {
  const { files } = changes;
  const reviewing = run.status === 'reviewing' && !run.cancelled;
  if (files.length === 0) return null;
  return (
    <Region name="Changes" asks={reviewing} aside={count(files.length, 'file')}>
      <FinalCheckResult check={run.finalChecks.at(-1)} />
      {run.refused && reviewing && <Refused refused={run.refused} message={run.refusal} />}
      {run.applied && !run.reverted && <Applied applied={run.applied} />}
      {reviewing && <ReviewActions run={run} />}
      <ChangeList run={run} canDecide={reviewing} />
      {reviewing && <ApplyAction run={run} changes={changes} />}
    </Region>
  );
}

/** What the check of everything together says to whoever decides now. */
function FinalCheckResult({ check }: { check: FinalCheck | undefined }): ReactNode {
  if (!check) return null;
  if (check.passed) {
    return <p className="hint">Logic checker, on all changes together: {check.summary}</p>;
  }
  return (
    <div className="notice notice-warning">
      <Mark name="review" />
      <div>
        <p className="words">Not settled by the final check: {check.summary}</p>
        <IssueList issues={check.issues} />
      </div>
    </div>
  );
}

function ReviewActions({ run: { runId } }: { run: RunState }): ReactNode {
  const panel = usePanel();
  return (
    <div className="actions">
      <Button
        kind="primary"
        title="Opens the diffs, at the first undecided hunk"
        onPress={() => panel.send({ type: 'review', runId })}
      >
        Review
      </Button>
      <Button
        title="Opens all diffs in one editor"
        onPress={() => panel.send({ type: 'review-all', runId })}
      >
        Review in one editor
      </Button>
      <Button onPress={() => panel.send({ type: 'decide', runId, decision: 'accepted' })}>
        Accept all
      </Button>
      <Button onPress={() => panel.send({ type: 'decide', runId, decision: 'rejected' })}>
        Reject all
      </Button>
    </div>
  );
}

function ApplyAction({ run, changes: { files } }: ChangesSectionProps): ReactNode {
  const panel = usePanel();
  const { runId } = run;
  const applying = useSent('apply');
  const hintId = useId();
  const ready = files.some(hasAccepted);
  const undecided = files.reduce((sum, file) => sum + undecidedCount(file), 0);
  const apply = (): void => panel.sendOnce('apply', { type: 'apply', runId });
  return (
    <div className="apply">
      <div className="actions">
        <Button
          kind={ready ? 'primary' : 'secondary'}
          unavailable={!ready || applying}
          describedBy={hintId}
          onPress={apply}
        >
          Apply accepted
        </Button>
        {!ready && undecided === 0 && (
          <Button unavailable={applying} onPress={apply}>
            Close without changes
          </Button>
        )}
      </div>
      <p id={hintId} className="hint" role="status">
        {applyWords(ready, undecided)}
      </p>
    </div>
  );
}

function applyWords(ready: boolean, undecided: number): string {
  if (!ready && undecided > 0) return 'Accept at least one change to apply it.';
  if (!ready) return 'Every change is rejected, so there is nothing to apply.';
  if (undecided > 0) return `${count(undecided, 'undecided change')} will not be applied.`;
  return 'Your files change only now, when you apply.';
}

type FilesWithReason = NonNullable<RunState['refused']>;

function Refused({
  refused,
  message,
}: {
  refused: FilesWithReason;
  message: string | undefined;
}): ReactNode {
  return (
    <div className="notice notice-error" role="alert">
      <Mark name="failed" />
      <div>
        <p className="words">{message ?? 'Nothing was applied, and no file was changed:'}</p>
        <ul className="points">
          {refused.map(({ path, reason }) => (
            <li key={path} className="words">
              <code>{showHidden(path)}</code>: {reason}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Applied({ applied }: { applied: NonNullable<RunState['applied']> }): ReactNode {
  const pathsOf = (how: 'unsaved' | 'merged') =>
    list(applied.filter((file) => file[how]).map((file) => file.path));
  const [unsaved, merged] = [pathsOf('unsaved'), pathsOf('merged')];
  return (
    <div className="notice notice-info">
      <Mark name="done" />
      <div>
        <p>Applied to {count(applied.length, 'file')} in your folder.</p>
        {unsaved.length > 0 && <p className="words">In the editor, not saved yet: {unsaved}</p>}
        {merged.length > 0 && <p className="words">Merged with your changes: {merged}</p>}
      </div>
    </div>
  );
}
