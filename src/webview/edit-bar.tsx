/** The end of an edit: save it or discard it, with what is wrong with it and where. */
import type { ReactNode } from 'react';
import type { PlanDraft } from '../shared/edit-draft.ts';
import type { PlanProblem } from '../shared/plan-edit.ts';
import { Button } from './button.tsx';
import { placeOf } from './edit-places.ts';
import { focusWhenThere, useRestWhenDone } from './focus.ts';
import { Mark } from './mark.tsx';
import { usePanel } from './panel-hooks.ts';
import { withKeys } from './unique-keys.ts';
import type { PlanEditing } from './use-plan-draft.ts';
import { count } from './words.ts';

type EditBarProps = { draft: PlanDraft; edit: PlanEditing; editedBy: string | undefined };

export function EditBar({ draft, edit, editedBy }: EditBarProps): ReactNode {
  const { unsaved, stale, saving, problems } = edit;
  useRestWhenDone();
  return (
    <div className="edit-bar">
      {stale && <Stale editedBy={editedBy} onKeep={edit.keepMine} />}
      {problems.length > 0 && <ProblemList problems={problems} draft={draft} />}
      <div className="actions">
        <Button
          kind="primary"
          unavailable={!unsaved || stale || saving}
          title={
            unsaved
              ? 'Checks the plan and team, and shows them for approval'
              : 'Nothing is changed yet'
          }
          onPress={edit.save}
        >
          Save edits
        </Button>
        <Button unavailable={saving} onPress={edit.discard}>
          Discard edits
        </Button>
      </div>
      <p className="hint" role="status">
        {saving ? 'Checking…' : ''}
      </p>
    </div>
  );
}

function Stale({ editedBy, onKeep }: { editedBy: string | undefined; onKeep: () => void }) {
  const who = editedBy === undefined ? 'somewhere else' : `by ${editedBy}`;
  return (
    <div role="alert" className="notice notice-warning">
      <Mark name="person" />
      <div>
        <p>
          The plan was edited {who} since you began. Discard your edits to see it, or keep yours in
          its place.
        </p>
        <Button kind="quiet" onPress={onKeep}>
          Keep mine
        </Button>
      </div>
    </div>
  );
}

type ProblemListProps = { problems: readonly PlanProblem[]; draft: PlanDraft };

function ProblemList({ problems, draft }: ProblemListProps): ReactNode {
  const panel = usePanel();
  const goTo = (problem: PlanProblem): void => {
    const { ids, open } = placeOf(problem, draft);
    const { navigation } = panel;
    const opened = Object.fromEntries(open.map((each) => [each, true]));
    navigation.change({ open: { ...navigation.get().open, ...opened } });
    focusWhenThere(ids);
  };
  return (
    <div role="alert" className="notice notice-error">
      <Mark name="failed" />
      <div>
        <p>Nothing was saved: {count(problems.length, 'problem')}.</p>
        <ul className="edit-problems">
          {withKeys(problems, (each) => each.message).map(({ key, item }) => (
            <li key={key}>
              <button type="button" className="link" onClick={() => goTo(item)}>
                {item.message}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
