/** How events show in the tables of plans, agents, tasks as planned, approvals, and checks of plans. */
import type { EventOf } from '../../shared/events.ts';
import { type Change, json, type Projections, put, remove, set } from './projection.ts';

export const planProjections: Projections = {
  'plan:created': ({ runId, at, version, plan }) => [
    put('plans', {
      run_id: runId,
      version,
      created_at: at,
      summary: plan.summary,
      assumptions: json(plan.assumptions),
      risks: json(plan.risks),
    }),
    ...taskRows({ runId, version, plan }),
  ],
  'plan:edited': editChanges,
  'plan:checked': ({ runId, seq, at, version, by, passed, issues, feedback }) => [
    put('reviews', {
      run_id: runId,
      seq,
      at,
      subject: 'plan',
      version,
      reviewer: by,
      passed: passed ? 1 : 0,
      summary: feedback,
      issues: json(issues),
    }),
  ],
  'team:created': teamChanges,
  'approval:requested': (event) => [
    put('approvals', {
      run_id: event.runId,
      approval_id: event.approvalId,
      kind: event.kind,
      hash: event.hash,
      asked_at: event.at,
      deadline: event.deadline,
      task_id: event.taskId,
      call_id: event.callId,
      agent: event.agent,
      command: event.command,
    }),
  ],
  'approval:decided': ({ runId, approvalId, at, by, decision }) => [
    // The first decision wins, as in the fold.
    set(
      'approvals',
      { run_id: runId, approval_id: approvalId },
      { decision: decision.decision, details: json(decision), decided_by: by, decided_at: at },
      ' AND decision IS NULL',
    ),
  ],
};

function taskRows({
  runId,
  version,
  plan,
}: Pick<EventOf<'plan:created'>, 'runId' | 'version' | 'plan'>): Change[] {
  return plan.tasks.map((task, position) =>
    put('tasks', {
      run_id: runId,
      version,
      task_id: task.id,
      position,
      title: task.title,
      description: task.description,
      specialization: task.specialization,
      priority: task.priority,
      permission: task.permission,
      dependencies: json(task.dependencies),
      acceptance_criteria: json(task.acceptance_criteria),
      status: 'waiting',
    }),
  );
}

/** The rows of the plan's version become what the person made of it. */
function editChanges(event: EventOf<'plan:edited'>): Change[] {
  const { runId, version, plan, hash, approvalId } = event;
  const key = { run_id: runId, version };
  const { summary, assumptions, risks } = plan;
  return [
    set('plans', key, { summary, assumptions: json(assumptions), risks: json(risks) }),
    remove('tasks', key),
    remove('agents', key),
    ...taskRows(event),
    ...teamChanges(event),
    set('approvals', { run_id: runId, approval_id: approvalId }, { hash }),
  ];
}

function teamChanges({
  runId,
  version,
  team,
  hash,
}: Pick<EventOf<'team:created'>, 'runId' | 'version' | 'team' | 'hash'>): Change[] {
  return [
    set('plans', { run_id: runId, version }, { team_hash: hash }),
    ...team.agents.map((agent) =>
      put('agents', {
        run_id: runId,
        version,
        name: agent.name,
        type: agent.type,
        model: agent.model,
        permission: agent.permission,
        tools: json(agent.tools),
        skills: json(agent.skills),
        system_prompt: agent.system_prompt,
      }),
    ),
    ...team.task_assignments.flatMap(({ agent, tasks }) =>
      tasks.map((task) => set('tasks', { run_id: runId, version, task_id: task }, { agent })),
    ),
  ];
}
