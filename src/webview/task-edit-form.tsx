/** A task that is not under way, edited while the run executes: what to do, when it is done, and by whom. */
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { TaskEditDraft } from '../shared/edit-draft.ts';
import type { TaskState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { priorityChoices } from './edit-choices.ts';
import { fieldId } from './field-id.ts';
import {
  type FieldOwner,
  FieldOwnerContext,
  fieldsOf,
  LinesField,
  SelectField,
  TextField,
} from './fields.tsx';
import { focusWhenThere, useRestWhenDone } from './focus.ts';
import { usePanel, usePanelState, useSent, useText } from './panel-hooks.ts';

type TaskEditFormProps = {
  task: TaskState;
  agent: string;
  /** Names of the team. */
  agents: readonly string[];
  onClose: () => void;
};

export function TaskEditForm({ task, agent, agents, onClose }: TaskEditFormProps): ReactNode {
  const { id: taskId, title } = task.task;
  const prefix = `edit-begun:${taskId}`;
  const form = useTaskEdit(task, agent, onClose);
  const { draft, set, problems } = form;
  const of = fieldsOf(draft, (field, value) => set({ [field]: value }));
  const owner = useMemo<FieldOwner>(() => ({ prefix, problems }), [prefix, problems]);
  useRestWhenDone();
  useEffect(() => focusWhenThere([fieldId(prefix, 'description')]), [prefix]);
  return (
    <fieldset className="fields card">
      <legend className="hidden-words">Edit {title}</legend>
      <FieldOwnerContext value={owner}>
        <TextField label="What to do" rows={3} {...of('description')} />
        <LinesField label="Done when" {...of('acceptance_criteria')} />
        <SelectField
          label="Agent"
          choices={agents.map((name) => ({ value: name, label: name }))}
          {...of('agent')}
        />
        <SelectField
          field="priority"
          label="Priority"
          value={String(draft.priority)}
          choices={priorityChoices}
          onChange={(priority) => set({ priority: Number(priority) })}
        />
      </FieldOwnerContext>
      {problems.length > 0 && (
        <div role="alert" className="field-problem words">
          {`Nothing was saved.\n${problems.map((each) => each.message).join('\n')}`}
        </div>
      )}
      <div className="actions">
        <Button
          kind="primary"
          unavailable={form.saving || !form.changed}
          title={form.changed ? undefined : 'Nothing is changed yet'}
          onPress={form.save}
        >
          {task.status === 'failed' ? 'Save and retry' : 'Save edits'}
        </Button>
        <Button unavailable={form.saving} onPress={form.discard}>
          Discard edits
        </Button>
      </div>
    </fieldset>
  );
}

function useTaskEdit(task: TaskState, agent: string, onClose: () => void) {
  const panel = usePanel();
  const taskId = task.task.id;
  const [stored, store] = useText(`task-edit:${taskId}`);
  const { description, acceptance_criteria, priority } = task.task;
  const now: TaskEditDraft = { description, acceptance_criteria, agent, priority };
  const draft = parseDraft(stored) ?? now;
  const edit = changesOf(now, draft);
  const saveKey = `edit:${taskId}`;
  const saving = useSent(saveKey);
  const outcome = usePanelState().editResult;
  const own = outcome?.subject === taskId ? outcome : undefined;
  const discard = (): void => {
    store('');
    if (own) panel.act({ type: 'local:edit-settled' });
    onClose();
  };
  const saved = useRef(discard);
  saved.current = discard;
  useEffect(() => {
    if (own?.saved) saved.current();
  }, [own]);
  return {
    draft,
    problems: own?.problems ?? [],
    saving,
    changed: Object.keys(edit).length > 0,
    set: (part: Partial<TaskEditDraft>) => store(JSON.stringify({ ...draft, ...part })),
    save() {
      const runId = panel.getState().run?.runId;
      if (runId !== undefined) panel.sendOnce(saveKey, { type: 'edit-task', runId, taskId, edit });
    },
    discard,
  };
}

/** Only what differs is sent, so that what somebody else changes meanwhile is left alone. */
function changesOf(
  now: TaskEditDraft,
  { acceptance_criteria: lines, ...draft }: TaskEditDraft,
): Partial<TaskEditDraft> {
  const filled = lines.filter((line) => line.trim() !== '');
  return {
    ...(draft.description === now.description ? {} : { description: draft.description }),
    ...(draft.agent === now.agent ? {} : { agent: draft.agent }),
    ...(draft.priority === now.priority ? {} : { priority: draft.priority }),
    ...(JSON.stringify(filled) === JSON.stringify(now.acceptance_criteria)
      ? {}
      : { acceptance_criteria: filled }),
  };
}

function parseDraft(stored: string | undefined): TaskEditDraft | undefined {
  if (!stored) return undefined;
  try {
    return TaskEditDraft.parse(JSON.parse(stored));
  } catch {
    // A draft of another version cannot be shown.
    return undefined;
  }
}
