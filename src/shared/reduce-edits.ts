/** Folds what the person edits: the plan and team that wait for approval, and single tasks. */
import type { EventOf } from './events.ts';
import { changeTask } from './reduce-parts.ts';
import type { RunState, TaskState } from './run-state.ts';
import type { Team } from './team.ts';

export function editPlan(state: RunState, event: EventOf<'plan:edited'>): RunState {
  const { approvalId, version, plan, team, hash, by, draftId } = event;
  return {
    ...state,
    plan: { version, plan, editedBy: by, ...(draftId === undefined ? {} : { draftId }) },
    team: { version, team, hash },
    approvals: state.approvals.map((each) =>
      each.approvalId === approvalId ? { ...each, hash } : each,
    ),
  };
}

/** What a new plan leaves of a team that the person had edited. */
export function editedTeamOf({ plan, team }: RunState): Pick<RunState, 'editedTeam'> {
  return plan?.editedBy === undefined || !team ? {} : { editedTeam: team.team };
}

export function editTask(state: RunState, event: EventOf<'task:edited'>): RunState {
  const { taskId, task, agent } = event;
  const changed = changeTask(state, taskId, (each) => editOneTask({ ...each, task }, event));
  const { team } = state;
  if (!team) return changed;
  return { ...changed, team: { ...team, team: reassign(team.team, { taskId, agent }) } };
}

function editOneTask(task: TaskState, { again, agent }: EventOf<'task:edited'>): TaskState {
  const { blockedBy: _, agent: __, ...rest } = task;
  if (again === undefined) return { ...rest, status: 'waiting' };
  const { error = '', endedAt: ___, feedback: ____, ...tried } = rest;
  const edited = { edition: (task.edited?.edition ?? 1) + 1, again, error };
  const counted = { ...tried, edited, conflicts: 0 };
  if (again === 'in-place') return { ...counted, status: 'running', agent, attempt: 1 };
  const { laneId: _lane, base: _base, tree: _tree, recorded: _recorded, ...anew } = counted;
  return { ...anew, status: 'waiting', attempt: 0 };
}

/** Whoever is left without a task keeps its place in the team, without an assignment. */
function reassign(
  team: Team,
  { taskId, agent }: Pick<EventOf<'task:edited'>, 'taskId' | 'agent'>,
): Team {
  if (team.task_assignments.some((each) => each.agent === agent && each.tasks.includes(taskId))) {
    return team;
  }
  const others = team.task_assignments.flatMap((each) => {
    const tasks = each.tasks.filter((id) => id !== taskId);
    return tasks.length > 0 ? [{ ...each, tasks }] : [];
  });
  return { ...team, task_assignments: [...others, { agent, tasks: [taskId] }] };
}
