// A run told as events up to its tasks, so that what is shown is what the reducer makes of a log.

import {
  answer,
  call,
  commit,
  complete,
  conversation,
  deadline,
  finished,
  hash,
  invoke,
  limits,
  passed,
  recorded,
  result,
  started,
} from './log-parts.ts';
import { plan, request, team } from './sample-plan.ts';

export const beginning: readonly unknown[] = [
  {
    type: 'workflow:start',
    request,
    workspace: '/home/ada/dates',
    provider: 'anthropic',
    models: { smart: 'claude-opus-5-5', balanced: 'claude-sonnet-5-5', fast: 'claude-haiku-5-5' },
    limits,
    muster: '0.1.0',
  },
  {
    type: 'snapshot:taken',
    commit,
    files: 148,
    leftOut: [{ path: '.env', reason: 'may hold secrets' }],
  },
  ...finished('triage', { kind: 'triage' }, 'triage', ['Decide how to go about it']),
  {
    type: 'analysis',
    strategy: 'complex',
    reasoning: 'Several files change.',
    needs_clarification: true,
  },
];

export const asking: readonly unknown[] = [
  ...beginning,
  { type: 'workflow:status', status: 'clarifying' },
  ...finished('clarify', { kind: 'clarify' }, 'clarifier', ['Ask 3 questions']),
  {
    type: 'question:asked',
    approvalId: 'questions-1',
    questions: [
      {
        id: 'invalid',
        question: 'What should happen with a date that does not exist, such as 2024-02-30?',
        why: 'Decides whether callers get an error or a different date.',
        options: ['Throw a RangeError', 'Return undefined'],
        default: 'Throw a RangeError',
      },
      {
        id: 'zones',
        question: 'Which time zones should the tests run in?',
        why: 'Each one makes the tests slower.',
        default: 'UTC, America/New_York and Asia/Kolkata',
      },
    ],
  },
  { type: 'approval:requested', approvalId: 'questions-1', kind: 'questions', deadline },
];

export const planning: readonly unknown[] = [
  ...asking,
  {
    type: 'approval:decided',
    approvalId: 'questions-1',
    by: 'person',
    decision: { decision: 'answer', answers: { invalid: 'Throw a RangeError' } },
  },
  {
    type: 'question:answered',
    answers: [
      {
        id: 'invalid',
        question: 'What should happen with a date that does not exist?',
        answer: 'Throw a RangeError',
        defaulted: false,
      },
      {
        id: 'zones',
        question: 'Which time zones should the tests run in?',
        answer: 'UTC, America/New_York and Asia/Kolkata',
        defaulted: true,
      },
    ],
  },
  { type: 'workflow:status', status: 'planning' },
  conversation('plan', { kind: 'plan' }, 'task planner'),
  invoke('plan', 1),
  answer('plan', 1, { calls: ['p1', 'p2', 'p3', 'p4', 'p5'] }),
  call('plan', 'p1', 'List files'),
  result('plan', 'p1'),
  call('plan', 'p2', 'Read src/parse-date.ts'),
  result('plan', 'p2'),
  call('plan', 'p3', 'Read src/week.ts'),
  result('plan', 'p3'),
  call('plan', 'p4', 'Search for “moment”'),
  result('plan', 'p4'),
  call('plan', 'p5', 'Read src/legacy/moment-helper.tx'),
  result('plan', 'p5', false, 'There is no such file. The nearest is moment-helper.ts'),
  invoke('plan', 2),
];

export const approving: readonly unknown[] = [
  ...planning,
  answer('plan', 2, { calls: ['p6'] }),
  call('plan', 'p6', 'Hand in the plan'),
  { ...(result('plan', 'p6') as object), ends: true },
  { type: 'plan:created', version: 1, plan },
  { type: 'plan:checked', version: 1, by: 'rules', passed: true, issues: [], feedback: '' },
  ...finished('check', { kind: 'check-plan', version: 1 }, 'logic checker', ['Judge the plan']),
  {
    type: 'plan:checked',
    version: 1,
    by: 'logic checker',
    passed: true,
    issues: [
      {
        severity: 'minor',
        task_id: 'audit',
        message: 'The audit repeats what the tests could assert.',
        suggestion: 'Keep it, it is cheap.',
      },
    ],
    feedback: '',
  },
  ...finished('team', { kind: 'team' }, 'orchestrator', ['Generate 4 agents']),
  { type: 'team:created', version: 1, team, hash },
  { type: 'workflow:status', status: 'awaiting-approval' },
  { type: 'approval:requested', approvalId: 'plan-1', kind: 'plan', hash, deadline },
];

export const executing: readonly unknown[] = [
  ...approving,
  {
    type: 'approval:decided',
    approvalId: 'plan-1',
    by: 'person',
    decision: { decision: 'approve', hash },
  },
  { type: 'workflow:status', status: 'executing' },
  started('parser', 'Calendar engineer'),
  started('week-numbers', 'Calendar engineer'),
  started('remove-moment', 'Housekeeper'),
  ...finished('w-moment', { kind: 'work', taskId: 'remove-moment' }, 'Housekeeper', [
    'Search for “moment”',
    'Delete src/legacy/moment-helper.ts',
    'Edit package.json',
    'Finish the task',
  ]),
  recorded('remove-moment', 1),
  ...passed('remove-moment', 1),
  complete('remove-moment', 1),
  ...finished('w-parser', { kind: 'work', taskId: 'parser' }, 'Calendar engineer', [
    'Read src/parse-date.ts',
    'Edit src/parse-date.ts',
    'Run npm test -- --grep "parseDate" --reporter spec --timezone America/New_York',
    'Finish the task',
  ]),
  recorded('parser', 1),
  {
    type: 'review:result',
    taskId: 'parser',
    round: 1,
    reviewer: 'code reviewer',
    passed: false,
    summary: 'The month is checked, the day is not, so 30 February still gets through.',
    issues: [
      {
        severity: 'major',
        file: 'src/parse-date.ts',
        line: 42,
        message: 'daysInMonth is computed and never compared with the day.',
        suggestion: 'Throw before the Date is made.',
      },
    ],
  },
  { type: 'task:retry', taskId: 'parser', attempt: 2, feedback: 'Compare the day.' },
  conversation('w-parser-2', { kind: 'work', taskId: 'parser' }, 'Calendar engineer'),
  invoke('w-parser-2', 1),
  answer('w-parser-2', 1, { text: 'I compare the day now.', calls: ['c1', 'c2', 'c3'] }),
  call('w-parser-2', 'c1', 'Edit src/parse-date.ts'),
  result('w-parser-2', 'c1', false, 'old_str occurs 3 times, at lines 4, 19, 72'),
  call('w-parser-2', 'c2', 'Edit src/parse-date.ts'),
  result('w-parser-2', 'c2', true, 'Edited 3 lines'),
  call('w-parser-2', 'c3', 'Run npm test'),
  conversation('w-week', { kind: 'work', taskId: 'week-numbers' }, 'Calendar engineer'),
  invoke('w-week', 1),
  answer('w-week', 1, { calls: ['k1'] }),
  call('w-week', 'k1', 'Read src/week.ts'),
  result('w-week', 'k1'),
  invoke('w-week', 2),
];

export const permission: readonly unknown[] = [
  ...executing,
  answer('w-week', 2, { calls: ['k2'] }),
  {
    type: 'approval:requested',
    approvalId: 'command-1',
    kind: 'command',
    deadline,
    taskId: 'week-numbers',
    callId: 'k2',
    agent: 'Calendar engineer',
    command:
      'TZ=Asia/Kolkata node --test --experimental-strip-types "test/**/*.test.ts" && git diff --stat',
  },
  {
    type: 'approval:requested',
    approvalId: 'command-2',
    kind: 'command',
    deadline,
    taskId: 'parser',
    callId: 'c3',
    agent: 'Calendar engineer',
    command: 'npm test',
  },
];

/** The run has reached its ceiling on money, and one task its own on tokens. */
export const ceilings: readonly unknown[] = [
  { ...(beginning[0] as object), limits: { ...limits, maxUsd: 0.5 } },
  ...executing.slice(1),
  answer('w-week', 2),
  { type: 'budget:warning', kind: 'usd', scope: 'run', limit: 0.5, spent: 0.41 },
  {
    type: 'approval:requested',
    approvalId: 'budget/1',
    kind: 'budget',
    deadline,
    ceiling: { kind: 'usd', scope: 'run', limit: 0.5, spent: 0.41, needed: 0.1285 },
  },
  {
    type: 'approval:requested',
    approvalId: 'budget/2',
    kind: 'budget',
    deadline,
    taskId: 'parser',
    ceiling: {
      kind: 'tokens',
      scope: 'task',
      of: 'parser',
      limit: 60_000,
      spent: 41_200,
      needed: 70_310,
    },
  },
];
