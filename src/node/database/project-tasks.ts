/** How events show in the tables of tasks as they are worked on, their attempts and their reviews. */
import type { RunId, TaskId } from '../../shared/ids.ts';
import { type Change, json, type Projections, put, set, type Value } from './projection.ts';

export const taskProjections: Projections = {
  'task:start': ({ runId, seq, taskId, at, agent }) => [
    setTask(runId, taskId, { status: 'running', agent, started_at: at }),
    put('attempts', { run_id: runId, seq, task_id: taskId, attempt: 1, started_at: at }),
  ],
  'task:recorded': ({ runId, taskId, tree, summary, diff }) => [
    setTask(runId, taskId, { status: 'in-review' }),
    setOpenAttempt(runId, taskId, { tree, summary, diff: diff.hash }),
  ],
  'review:result': ({ runId, seq, at, taskId, round, reviewer, passed, summary, issues }) => [
    put('reviews', {
      run_id: runId,
      seq,
      at,
      subject: 'task',
      task_id: taskId,
      round,
      reviewer,
      passed: passed ? 1 : 0,
      summary,
      issues: json(issues),
    }),
  ],
  'task:retry': ({ runId, seq, taskId, at, attempt, feedback }) => [
    setTask(runId, taskId, { status: 'running' }),
    setOpenAttempt(runId, taskId, { outcome: 'sent-back', ended_at: at }),
    put('attempts', { run_id: runId, seq, task_id: taskId, attempt, feedback, started_at: at }),
  ],
  'task:conflict': ({ runId, taskId }) => [setTask(runId, taskId, { status: 'running' })],
  'task:complete': ({ runId, taskId, at, head }) => [
    setTask(runId, taskId, { status: 'done', head, ended_at: at }),
    setOpenAttempt(runId, taskId, { outcome: 'done', ended_at: at }),
    set('runs', { run_id: runId }, { head }),
  ],
  'task:error': ({ runId, taskId, at, code, message }) => [
    setTask(runId, taskId, {
      status: 'failed',
      error_code: code,
      error_message: message,
      ended_at: at,
    }),
    setOpenAttempt(runId, taskId, { outcome: 'failed', ended_at: at }),
  ],
  'task:blocked': ({ runId, taskId, by }) => [
    setTask(runId, taskId, { status: 'blocked', blocked_by: by }),
  ],
  'task:reopen': ({ runId, taskId }) => [
    setTask(runId, taskId, {
      status: 'running',
      error_code: null,
      error_message: null,
      ended_at: null,
    }),
    ...unblock(runId),
  ],
  'task:edited': ({ runId, seq, at, taskId, task, agent, again }) => [
    setTask(runId, taskId, {
      title: task.title,
      description: task.description,
      specialization: task.specialization,
      priority: task.priority,
      permission: task.permission,
      dependencies: json(task.dependencies),
      acceptance_criteria: json(task.acceptance_criteria),
      agent,
      status: again === 'in-place' ? 'running' : 'waiting',
      blocked_by: null,
      error_code: null,
      error_message: null,
      ended_at: null,
    }),
    ...(again === 'in-place'
      ? [put('attempts', { run_id: runId, seq, task_id: taskId, attempt: 1, started_at: at })]
      : []),
    ...unblock(runId),
  ],
  'task:skip': ({ runId, taskId, at }) => [
    setTask(runId, taskId, { status: 'skipped', blocked_by: null, ended_at: at }),
    ...unblock(runId),
  ],
};

/** What is still blocked is blocked anew by an event of its own. */
function unblock(runId: RunId): Change[] {
  const blocked = { run_id: runId, status: 'blocked' };
  return [ofLastPlan(runId, set('tasks', blocked, { status: 'waiting', blocked_by: null }))];
}

type Columns = Readonly<Record<string, Value>>;

function setTask(runId: RunId, taskId: TaskId, columns: Columns): Change {
  return ofLastPlan(runId, set('tasks', { run_id: runId, task_id: taskId }, columns));
}

/** What executes is the last plan. */
function ofLastPlan(runId: RunId, { sql, values }: Change): Change {
  return {
    sql: `${sql} AND version = (SELECT max(version) FROM plans WHERE run_id = ?)`,
    values: [...values, runId],
  };
}

function setOpenAttempt(runId: RunId, taskId: TaskId, columns: Columns): Change {
  const open = ' AND ended_at IS NULL';
  return set('attempts', { run_id: runId, task_id: taskId }, columns, open);
}
