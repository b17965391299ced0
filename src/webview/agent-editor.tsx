/** The fields of one agent of a team that is edited. */
import { memo, type ReactNode } from 'react';
import type { AgentDraft, DraftMember } from '../shared/edit-draft.ts';
import type { PlanProblem } from '../shared/plan-edit.ts';
import { AgentLimits } from '../shared/team.ts';
import { EditCard } from './edit-card.tsx';
import { permissionChoices, toolChoices } from './edit-choices.ts';
import { agentPrefix } from './edit-places.ts';
import { ChecksField, type Choice, LinesField, SelectField, TextField } from './fields.tsx';
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
  return (
    <EditCard
      prefix={agentPrefix(key)}
      name={member.name.trim() || 'New agent'}
      kind="agent"
      problems={problems}
      onRemove={() => change((draft) => removeAgent(draft, key))}
    >
      <p className="hint words">{tasks === '' ? 'Has no task yet.' : `Does: ${tasks}`}</p>
      <TextField field="name" label="Name" value={member.name} onChange={(name) => set({ name })} />
      <TextField field="type" label="Type" value={member.type} onChange={(type) => set({ type })} />
      <TextField
        field="system_prompt"
        label="System prompt"
        rows={4}
        value={member.system_prompt}
        onChange={(system_prompt) => set({ system_prompt })}
      />
      <LinesField
        field="skills"
        label="Skills"
        value={member.skills}
        onChange={(skills) => set({ skills })}
      />
      <ChecksField
        field="tools"
        label="Tools"
        value={member.tools}
        choices={toolChoices}
        onChange={(tools) => set({ tools })}
      />
      <SelectField
        field="model"
        label="Model"
        value={member.model}
        choices={models}
        onChange={(model) => set({ model })}
      />
      <SelectField
        field="permission"
        label="Rights"
        value={member.permission}
        choices={permissionChoices}
        onChange={(permission) => set({ permission })}
      />
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
