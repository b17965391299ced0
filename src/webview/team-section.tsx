/** The team: who was generated for this run, with what tools, model and instructions. */
import { memo, type ReactNode } from 'react';
import type { RunState } from '../shared/run-state.ts';
import type { TeamMember } from '../shared/team.ts';
import { Disclosure } from './disclosure.tsx';
import { EditButton } from './edit-button.tsx';
import { FoldingRegion } from './region.tsx';
import { withKeys } from './unique-keys.ts';
import { count, limitWords, permissionWords, toolWords } from './words.ts';

type TeamSectionProps = {
  team: NonNullable<RunState['team']>;
  plan: RunState['plan'];
  openAtFirst: boolean;
  /** Present while the team may be edited. */
  onEdit?: () => void;
};

export const TeamSection = memo(function TeamSection(props: TeamSectionProps) {
  const { team, plan, openAtFirst, onEdit } = props;
  const titles = new Map(plan?.plan.tasks.map((task) => [task.id, task.title]));
  const { agents, task_assignments } = team.team;
  return (
    <FoldingRegion
      name="Team"
      memory={openAtFirst ? 'team' : 'team-approved'}
      openAtFirst={openAtFirst}
      aside={count(agents.length, 'agent')}
    >
      {onEdit && <EditButton label="Edit team" onPress={onEdit} />}
      <ul className="cards">
        {agents.map((agent) => (
          <AgentCard
            key={agent.name}
            agent={agent}
            tasks={task_assignments
              .filter((each) => each.agent === agent.name)
              .flatMap((each) => each.tasks.map((id) => titles.get(id) ?? id))}
          />
        ))}
      </ul>
    </FoldingRegion>
  );
});

type AgentCardProps = { agent: TeamMember; tasks: readonly string[] };

function AgentCard({ agent, tasks }: AgentCardProps): ReactNode {
  return (
    <li className="card agent">
      <h3 className="agent-name">{agent.name}</h3>
      <p className="hint">{agent.type}</p>
      <dl className="facts">
        <dt>{tasks.length === 1 ? 'Task' : 'Tasks'}</dt>
        <dd>
          <ul className="plain">
            {withKeys(tasks, (title) => title).map(({ key, item: title }) => (
              <li key={key}>{title}</li>
            ))}
          </ul>
        </dd>
        <dt>Tools</dt>
        <dd>{agent.tools.map((tool) => toolWords[tool]).join(', ') || 'None'}</dd>
        <dt>Rights</dt>
        <dd>{permissionWords(agent.permission)}</dd>
        <dt>Model</dt>
        <dd>{agent.model}</dd>
        {limitWords(agent.limits) !== '' && (
          <>
            <dt>At most</dt>
            <dd>{limitWords(agent.limits)}</dd>
          </>
        )}
        {agent.skills.length > 0 && (
          <>
            <dt>Skills</dt>
            <dd>{agent.skills.join(', ')}</dd>
          </>
        )}
      </dl>
      <Disclosure name={`prompt:${agent.name}`} summary="System prompt">
        <pre className="text-body">{agent.system_prompt}</pre>
      </Disclosure>
    </li>
  );
}
