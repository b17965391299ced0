/** The log of a small run that touches every table: one task, sent back once, approved, done. */
import type { EventBody } from '../../../../src/shared/events.ts';
import {
  ApprovalId,
  type BodyRef,
  CallId,
  ConversationId,
  LaneId,
  TaskId,
  TurnId,
} from '../../../../src/shared/ids.ts';
import { Plan } from '../../../../src/shared/plan.ts';
import { Team } from '../../../../src/shared/team.ts';

const commit = 'c'.repeat(40);
const taskId = TaskId.parse('fix');
const other = TaskId.parse('other');
const third = TaskId.parse('third');
const conversationId = ConversationId.parse('work/fix');
const turnId = TurnId.parse('work/fix#1');
const callId = CallId.parse('call-1');
const planApproval = ApprovalId.parse('approval-1');
const commandApproval = ApprovalId.parse('approval-2');
const laneId = LaneId.parse('lane-1');
const agent = 'Ada';
const usage = { input: 100, output: 20, cacheRead: 900, cacheWrite: 7 };
const models = { smart: 'm', balanced: 'm', fast: 'm' };
const deadline = '2030-01-03T12:00:00.000Z';

const task = (id: string) => ({
  id,
  title: `Task ${id}`,
  description: 'Do it.',
  specialization: 'generalist',
  dependencies: [],
  priority: 5,
  acceptance_criteria: ['It is done.'],
  permission: 'read_write',
});
const plan = Plan.parse({
  summary: 'The work.',
  assumptions: ['None'],
  risks: [],
  tasks: [task('fix'), task('other'), task('third')],
});
const team = Team.parse({
  agents: [
    {
      name: agent,
      type: 'generalist',
      system_prompt: 'Do.',
      skills: [],
      tools: ['file_read'],
      model: 'm',
      permission: 'read_write',
    },
  ],
  task_assignments: [{ agent, tasks: ['fix', 'other', 'third'] }],
});

/** @param ref a text that the journal has */
export function sampleLog(ref: BodyRef): EventBody[] {
  return [...beginning(), ...planning(), ...working(ref), ...reviewing(ref)];
}

function beginning(): EventBody[] {
  const limits = { maxAttempts: 3, maxTasks: 50, approvalHours: 24 };
  const start = { request: 'Fix it', workspace: '/w', provider: 'demo', models, limits };
  return [
    { type: 'workflow:start', ...start, muster: '0' },
    { type: 'snapshot:taken', commit, files: 1, leftOut: [] },
    { type: 'workflow:status', status: 'planning' },
  ];
}

function planning(): EventBody[] {
  const check = { version: 1, passed: true, issues: [], feedback: '' };
  const hash = 'h'.repeat(64);
  const decision = { decision: 'approve', hash } as const;
  return [
    { type: 'plan:created', version: 1, plan },
    { type: 'plan:checked', by: 'rules', ...check },
    { type: 'team:created', version: 1, team, hash },
    { type: 'approval:requested', approvalId: planApproval, kind: 'plan', hash, deadline },
    { type: 'approval:decided', approvalId: planApproval, by: 'panel', decision },
    {
      type: 'approval:decided',
      approvalId: planApproval,
      by: 'late',
      decision: { decision: 'reject' },
    },
    { type: 'workflow:status', status: 'executing' },
  ];
}

function working(ref: BodyRef): EventBody[] {
  const purpose = { kind: 'work', taskId } as const;
  const command = { line: 'npm test', exitCode: 1, ms: 12 };
  const bodies = { system: ref, tools: ref, first: ref };
  const calls = [{ callId, providerId: 'p1', name: 'run_command' }];
  const said = { text: 'Well.', model: 'm', stop: 'tools', usage, calls } as const;
  const asked = { kind: 'command', deadline, taskId, callId, agent, command: 'npm test' } as const;
  return [
    { type: 'task:start', taskId, agent, laneId, base: commit },
    {
      type: 'conversation:start',
      conversationId,
      purpose,
      agent,
      model: 'm',
      ...bodies,
      maxTurns: 5,
    },
    { type: 'agent:invoke', conversationId, turnId, agent, model: 'm', taskId },
    // Cut off in the middle, and billed all the same.
    {
      type: 'agent:retry',
      conversationId,
      turnId,
      attempt: 1,
      delayMs: 500,
      code: 'model-unreachable',
      message: 'Cut.',
      billed: { model: 'm', usage: { ...usage, output: 1 } },
    },
    { type: 'agent:answer', conversationId, turnId, answer: ref, ...said },
    { type: 'approval:requested', approvalId: commandApproval, ...asked },
    {
      type: 'approval:decided',
      approvalId: commandApproval,
      by: 'panel',
      decision: { decision: 'allow-once' },
    },
    { type: 'tool:call', conversationId, callId, name: 'run_command', title: 'npm test', taskId },
    {
      type: 'tool:result',
      conversationId,
      callId,
      ok: false,
      summary: 'Failed',
      content: ref,
      taskId,
      command,
    },
    { type: 'conversation:note', conversationId, reason: 'feedback', note: ref },
  ];
}

function reviewing(ref: BodyRef): EventBody[] {
  const recorded = { tree: commit, summary: 'Did it.', diff: ref, files: [] };
  const verdict = { reviewer: 'logic checker' as const, issues: [] };
  return [
    { type: 'task:recorded', taskId, attempt: 1, round: 1, ...recorded },
    { type: 'review:result', taskId, round: 1, passed: false, summary: 'No.', ...verdict },
    { type: 'task:retry', taskId, attempt: 2, feedback: 'Again.' },
    { type: 'task:recorded', taskId, attempt: 2, round: 2, ...recorded },
    { type: 'review:result', taskId, round: 2, passed: true, summary: 'Yes.', ...verdict },
    {
      type: 'task:complete',
      taskId,
      attempt: 2,
      summary: 'Done.',
      head: 'd'.repeat(40),
      files: [],
    },
    { type: 'task:blocked', taskId: other, by: taskId },
    { type: 'task:error', taskId: third, code: 'model', message: 'No.' },
    { type: 'task:skip', taskId: third, by: 'panel' },
    { type: 'task:blocked', taskId: other, by: taskId },
    { type: 'workflow:error', code: 'model', message: 'It failed once.' },
    { type: 'workflow:status', status: 'failed' },
    { type: 'workflow:resume', repeated: 0 },
    { type: 'workflow:status', status: 'executing' },
    { type: 'workflow:error', code: 'model', message: 'It failed.' },
    { type: 'workflow:status', status: 'failed' },
  ];
}
