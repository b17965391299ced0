/** The fields of one task of a plan that is edited. */
import { memo, type ReactNode } from 'react';
import type { DraftTask, TaskDraft } from '../shared/edit-draft.ts';
import { TaskId } from '../shared/ids.ts';
import type { PlanProblem } from '../shared/plan-edit.ts';
import { EditCard } from './edit-card.tsx';
import { agentChoices, permissionChoices, priorityChoices } from './edit-choices.ts';
import { taskPrefix } from './edit-places.ts';
import {
  ChecksField,
  type Choice,
  fieldsOf,
  LinesField,
  SelectField,
  TextField,
} from './fields.tsx';
import { changeTask, removeTask } from './plan-draft.ts';
import type { ChangeDraft } from './use-plan-draft.ts';

/** What all tasks of the plan share; the same objects while nothing in them changes. */
export type TaskSurroundings = {
  tasks: ReadonlyArray<{ id: TaskId; title: string }>;
  agents: ReadonlyArray<{ key: string; name: string }>;
  models: readonly Choice<string>[];
};

type TaskEditorProps = {
  item: TaskDraft;
  around: TaskSurroundings;
  problems: readonly PlanProblem[];
  change: ChangeDraft;
};

export const TaskEditor = memo(function TaskEditor(props: TaskEditorProps): ReactNode {
  const { item, around, problems, change } = props;
  const { task } = item;
  return (
    <EditCard
      prefix={taskPrefix(task.id)}
      name={task.title.trim() || 'New task'}
      kind="task"
      problems={problems}
      onRemove={() => change((draft) => removeTask(draft, task.id))}
    >
      <TaskFields item={item} around={around} change={change} />
    </EditCard>
  );
});

function TaskFields({ item, around, change }: Omit<TaskEditorProps, 'problems'>): ReactNode {
  const { task, agent } = item;
  const set = (part: Partial<DraftTask>) =>
    change((draft) => changeTask(draft, task.id, { task: { ...task, ...part } }));
  const of = fieldsOf(task, (field, value) => set({ [field]: value }));
  const others = around.tasks.filter((each) => each.id !== task.id);
  return (
    <>
      <TextField label="Title" {...of('title')} />
      <TextField label="What to do" rows={3} {...of('description')} />
      <LinesField label="Done when" {...of('acceptance_criteria')} />
      <SelectField
        field="agent"
        label="Agent"
        value={agent}
        choices={agentChoices(around.agents, agent)}
        onChange={(key) => change((draft) => changeTask(draft, task.id, { agent: key }))}
      />
      <TextField label="Specialist" {...of('specialization')} />
      <ChecksField
        field="dependencies"
        label="Waits for"
        value={task.dependencies}
        choices={others.map(({ id, title }) => ({ value: id, label: title.trim() || 'New task' }))}
        onChange={(ids) => set({ dependencies: ids.map((id) => TaskId.parse(id)) })}
      />
      <SelectField
        field="priority"
        label="Priority"
        value={String(task.priority)}
        choices={priorityChoices}
        onChange={(priority) => set({ priority: Number(priority) })}
      />
      <SelectField label="Rights" choices={permissionChoices} {...of('permission')} />
      <LinesField
        field="files"
        label="Expected files"
        value={task.files ?? []}
        onChange={(files) => set({ files })}
      />
      <SelectField
        field="model"
        label="Model"
        value={task.model ?? ''}
        choices={[{ value: '', label: 'That of its agent' }, ...around.models]}
        onChange={(model) => set({ model })}
      />
    </>
  );
}
