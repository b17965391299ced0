/** The fields of one agent of a team that is edited. */
import { memo, type ReactNode } from 'react';
import type { AgentDraft, DraftMember } from '../shared/edit-draft.ts';
import type { PlanProblem } from '../shared/plan-edit.ts';
import { AgentLimits } from '../shared/team.ts';
import { EditCard } from './edit-card.tsx';
import { permissionChoices, toolChoices } from './edit-choices.ts';
import { agentPrefix } from './edit-places.ts';
import {
  ChecksField,
  type Choice,
  fieldsOf,
  LinesField,
  SelectField,
  TextField,
} from './fields.tsx';
import { changeAgent, removeAgent } from './plan-draft.ts';
import type { ChangeDraft } from './use-plan-draft.ts';
import { limitLabel } from './words.ts';

type AgentEditorProps = {
  item: AgentDraft;
  /** Titles of its tasks, one a line. */
  tasks: string;
  models: readonly Choice<string>[];
  problems: readonly PlanProblem[];
  change: ChangeDraft;
};

export const AgentEditor = memo(function AgentEditor(props: AgentEditorProps): ReactNode {
  const { item, tasks, models, problems, change } = props;
  const { key, member } = item;
  const set = (part: Partial<DraftMember>) => change((draft) => changeAgent(draft, key, part));
  const of = fieldsOf(member, (field, value) => set({ [field]: value }));
  return (
    <EditCard
      prefix={agentPrefix(key)}
      name={member.name.trim() || 'New agent'}
      kind="agent"
      problems={problems}
      onRemove={() => change((draft) => removeAgent(draft, key))}
    >
      <p className="hint words">{tasks === '' ? 'Has no task yet.' : `Does: ${tasks}`}</p>
      <TextField label="Name" {...of('name')} />
      <TextField label="Type" {...of('type')} />
      <TextField label="System prompt" rows={4} {...of('system_prompt')} />
      <LinesField label="Skills" {...of('skills')} />
      <ChecksField label="Tools" choices={toolChoices} {...of('tools')} />
      <SelectField label="Model" choices={models} {...of('model')} />
      <SelectField label="Rights" choices={permissionChoices} {...of('permission')} />
      {Object.keys(AgentLimits.shape).map((limit) => (
        <TextField
          key={limit}
          field={limit}
          label={limitLabel(limit)}
          value={member.limits[limit] ?? ''}
          onChange={(text) => set({ limits: { ...member.limits, [limit]: text } })}
        />
      ))}
    </EditCard>
  );
});
