/** Plan and team while they wait for approval: to be read, edited, and decided on. */
import { type ReactNode, useMemo } from 'react';
import type { ApprovalState, RunState } from '../shared/run-state.ts';
import { ApprovalSection } from './approval-section.tsx';
import { modelChoices } from './edit-choices.ts';
import { agentPrefix, planPrefix } from './edit-places.ts';
import { fieldId } from './field-id.ts';
import { focusWhenThere } from './focus.ts';
import { usePanelState } from './panel-hooks.ts';
import { PlanEditor } from './plan-editor.tsx';
import { PlanSection } from './plan-section.tsx';
import { TeamEditor } from './team-editor.tsx';
import { TeamSection } from './team-section.tsx';
import { usePlanDraft } from './use-plan-draft.ts';

type PlanApprovalProps = { run: RunState; approval: ApprovalState };

export function PlanApproval({ run, approval }: PlanApprovalProps): ReactNode {
  const edit = usePlanDraft(run, approval);
  const { draft, begin } = edit;
  const known = usePanelState().models;
  const models = useMemo(() => modelChoices(run.models, known, modelsIn(run)), [run, known]);
  const beginAt = (id: string) => () => {
    begin();
    focusWhenThere([id]);
  };
  return (
    <>
      {draft ? (
        <>
          <PlanEditor draft={draft} edit={edit} models={models} />
          <TeamEditor draft={draft} edit={edit} models={models} />
        </>
      ) : (
        <>
          {run.plan && (
            <PlanSection
              run={run}
              plan={run.plan}
              openAtFirst
              onEdit={beginAt(fieldId(planPrefix, 'summary'))}
            />
          )}
          {run.team && (
            <TeamSection
              team={run.team}
              plan={run.plan}
              openAtFirst
              onEdit={beginAt(agentPrefix('agent-1'))}
            />
          )}
        </>
      )}
      <ApprovalSection run={run} approval={approval} edit={edit} />
    </>
  );
}

function modelsIn({ plan, team }: RunState): string[] {
  const ofAgents = team?.team.agents.map((each) => each.model) ?? [];
  return [...ofAgents, ...(plan?.plan.tasks.map((each) => each.model ?? '') ?? [])];
}
