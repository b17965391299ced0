/** The region Plan while it is edited: what the plan says of itself, and every task with its fields. */
import { type ReactNode, useMemo } from 'react';
import type { PlanDraft } from '../shared/edit-draft.ts';
import { Button } from './button.tsx';
import { planPrefix, problemsOfPlan, problemsOfTask, taskPrefix } from './edit-places.ts';
import { fieldId } from './field-id.ts';
import {
  type Choice,
  type FieldOwner,
  FieldOwnerContext,
  fieldsOf,
  LinesField,
  TextField,
} from './fields.tsx';
import { focusWhenThere } from './focus.ts';
import { usePanel } from './panel-hooks.ts';
import { addTask } from './plan-draft.ts';
import { FoldingRegion } from './region.tsx';
import { TaskEditor, type TaskSurroundings } from './task-editor.tsx';
import type { PlanEditing } from './use-plan-draft.ts';
import { count } from './words.ts';

type PlanEditorProps = { draft: PlanDraft; edit: PlanEditing; models: readonly Choice<string>[] };

export function PlanEditor({ draft, edit, models }: PlanEditorProps): ReactNode {
  const { problems, change } = edit;
  const panel = usePanel();
  const around = useSurroundings(draft, models);
  const ownProblems = useMemo(() => problemsOfPlan(problems), [problems]);
  const add = (): void => {
    const prefix = taskPrefix(addTask(draft).tasks.at(-1)?.task.id ?? '');
    change(addTask);
    panel.navigation.change({ open: { ...panel.navigation.get().open, [prefix]: true } });
    focusWhenThere([fieldId(prefix, 'title')]);
  };
  return (
    <FoldingRegion name="Plan" memory="plan" openAtFirst aside={count(draft.tasks.length, 'task')}>
      <PlanFields draft={draft} edit={edit} problems={ownProblems} />
      <ol className="cards" aria-label="Tasks of the plan">
        {draft.tasks.map((item) => (
          <TaskEditor
            key={item.task.id}
            item={item}
            around={around}
            problems={problemsOfTask(problems, item)}
            change={change}
          />
        ))}
      </ol>
      <div className="actions">
        <Button onPress={add}>Add task</Button>
      </div>
    </FoldingRegion>
  );
}

type PlanFieldsProps = Pick<PlanEditorProps, 'draft' | 'edit'> & FieldProblems;
type FieldProblems = Pick<FieldOwner, 'problems'>;

function PlanFields({ draft: { plan }, edit, problems }: PlanFieldsProps): ReactNode {
  const owner = useMemo(() => ({ prefix: planPrefix, problems }), [problems]);
  const of = fieldsOf(plan, (field, value) =>
    edit.change((before) => ({ ...before, plan: { ...before.plan, [field]: value } })),
  );
  return (
    <fieldset id={planPrefix} className="fields" tabIndex={-1}>
      <legend className="hidden-words">Edit the plan as a whole</legend>
      <FieldOwnerContext value={owner}>
        <TextField label="What will be different" rows={3} {...of('summary')} />
        <LinesField label="Assumptions" {...of('assumptions')} />
        <LinesField label="Risks" {...of('risks')} />
      </FieldOwnerContext>
    </fieldset>
  );
}

/** The same object while names stay the same, so that only the card that is typed in is drawn again. */
function useSurroundings(draft: PlanDraft, models: readonly Choice<string>[]): TaskSurroundings {
  const names = JSON.stringify([
    draft.tasks.map(({ task: { id, title } }) => ({ id, title })),
    draft.agents.map(({ key, member }) => ({ key, name: member.name })),
  ]);
  return useMemo(() => {
    const [tasks, agents] = JSON.parse(names) as [
      TaskSurroundings['tasks'],
      TaskSurroundings['agents'],
    ];
    return { tasks, agents, models };
  }, [names, models]);
}
