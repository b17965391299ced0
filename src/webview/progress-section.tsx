/** The tasks as they run. */
import type { ReactNode } from 'react';
import { parkedTasks } from '../shared/parked-tasks.ts';
import type { RunState, TaskState } from '../shared/run-state.ts';
import { agentOf } from '../shared/team.ts';
import { conversationsOf, type Grouped, underWay } from './conversation-groups.ts';
import { liveTextOf } from './live-text.ts';
import { Region } from './region.tsx';
import type { Live } from './run-view.tsx';
import { TaskRow } from './task-row.tsx';
import { motionOf } from './words.ts';

type ProgressSectionProps = { run: RunState; grouped: Grouped; live: Live };

/** More tasks than this are laid out only where they are in view. */
const laidOutAtOnce = 60;

export function ProgressSection({ run, grouped, live }: ProgressSectionProps): ReactNode {
  const byId = new Map(run.tasks.map((each) => [each.task.id, each]));
  const done = run.tasks.filter((each) => each.status === 'done').length;
  const isParked = parkedTasks(run);
  const many = run.tasks.length > laidOutAtOnce;
  const agents = run.team?.team.agents.map((each) => each.name).join('\n') ?? '';
  return (
    <Region name="Progress" aside={`${done} of ${run.tasks.length} done`}>
      <progress
        className="bar"
        max={run.tasks.length}
        value={done}
        aria-label={`${done} of ${run.tasks.length} tasks done`}
      />
      <ul className={many ? 'task-rows task-rows-many' : 'task-rows'} aria-label="Tasks">
        {run.tasks.map((task) => {
          const conversations = conversationsOf(grouped, task.task.id);
          const speaking = underWay(conversations);
          return (
            <TaskRow
              key={task.task.id}
              task={isParked(task) ? waiting(task) : task}
              unmet={unmetIds(task, byId)}
              agent={task.agent ?? plannedAgent(run, task)}
              agents={agents}
              maxAttempts={run.limits.maxAttempts}
              motion={motionOf(run)}
              conversations={conversations}
              said={speaking ? liveTextOf(live, speaking) : ''}
            />
          );
        })}
      </ul>
    </Region>
  );
}

/** At a ceiling: its log says what it does, the person what becomes of it. */
function waiting(task: TaskState): TaskState {
  const isAtWork = task.status === 'running' || task.status === 'in-review';
  return isAtWork ? { ...task, status: 'waiting-for-you' } : task;
}

/** Joined into one string, so that a row whose words stay the same is not drawn again. */
function unmetIds(task: TaskState, byId: ReadonlyMap<string, TaskState>): string {
  if (task.status !== 'waiting') return '';
  return task.task.dependencies.filter((id) => byId.get(id)?.status !== 'done').join('\n');
}

function plannedAgent(run: RunState, task: TaskState): string | undefined {
  return run.team && agentOf(run.team.team, task.task.id)?.name;
}
