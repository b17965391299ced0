/** The region Team while it is edited: every agent with its fields. */
import type { ReactNode } from 'react';
import type { PlanDraft } from '../shared/edit-draft.ts';
import { AgentEditor } from './agent-editor.tsx';
import { Button } from './button.tsx';
import { agentPrefix, problemsOfAgent } from './edit-places.ts';
import { fieldId } from './field-id.ts';
import type { Choice } from './fields.tsx';
import { focusWhenThere } from './focus.ts';
import { usePanel } from './panel-hooks.ts';
import { addAgent } from './plan-draft.ts';
import { FoldingRegion } from './region.tsx';
import type { PlanEditing } from './use-plan-draft.ts';
import { count } from './words.ts';

type TeamEditorProps = { draft: PlanDraft; edit: PlanEditing; models: readonly Choice<string>[] };

export function TeamEditor({ draft, edit, models }: TeamEditorProps): ReactNode {
  const panel = usePanel();
  const add = (): void => {
    const prefix = agentPrefix(addAgent(draft).agents.at(-1)?.key ?? '');
    edit.change(addAgent);
    panel.navigation.change({ open: { ...panel.navigation.get().open, [prefix]: true } });
    focusWhenThere([fieldId(prefix, 'name')]);
  };
  return (
    <FoldingRegion
      name="Team"
      memory="team"
      openAtFirst
      aside={count(draft.agents.length, 'agent')}
    >
      <ul className="cards">
        {draft.agents.map((item) => (
          <AgentEditor
            key={item.key}
            item={item}
            tasks={tasksOf(draft, item.key)}
            models={models}
            problems={problemsOfAgent(edit.problems, item)}
            change={edit.change}
          />
        ))}
      </ul>
      <div className="actions">
        <Button onPress={add}>Add agent</Button>
      </div>
    </FoldingRegion>
  );
}

function tasksOf(draft: PlanDraft, key: string): string {
  return draft.tasks
    .filter((each) => each.agent === key)
    .map((each) => each.task.title.trim() || 'New task')
    .join(', ');
}
