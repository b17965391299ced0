// A run told as events, so that what is shown is what the reducer makes of a log.

import type { EventBody, RunEvent } from '../../../src/shared/events.ts';
import { BodyRef, CallId, RunId } from '../../../src/shared/ids.ts';
import { Plan } from '../../../src/shared/plan.ts';
import { reduceAll } from '../../../src/shared/reduce.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { Team } from '../../../src/shared/team.ts';

export const runId = RunId.parse('20251122-dates');
const startedAt = Date.parse('2025-11-22T14:00:00Z');
const deadline = '2025-11-23T14:02:00.000Z';
const limits = { maxAttempts: 3, maxTasks: 50, approvalHours: 24 };
const hash = 'a'.repeat(64);
const commit = 'c'.repeat(40);

export const callId = (id: string): CallId => CallId.parse(id);

export const body = BodyRef.parse({ hash: 'b'.repeat(64), bytes: 4_200 });

/** Numbers and dates the bodies; one event each four seconds. */
export function eventsOf(bodies: readonly unknown[]): RunEvent[] {
  return bodies.map((each, index) => {
    const at = new Date(startedAt + index * 4_000).toISOString();
    return { v: 1, seq: index + 1, at, runId, ...(each as EventBody) } as RunEvent;
  });
}

export function stateOf(bodies: readonly unknown[]): RunState {
  const state = reduceAll(eventsOf(bodies));
  if (!state) throw new Error('A log needs a first event');
  return state;
}

export const request = `Dates in this project are wrong for people outside UTC: "2024-02-30" is accepted, and the week number of the first days of January is off by one.

Fix the parser and the week numbers, keep the public API as it is, remove the old moment-based helper that nothing uses any more, and make the tests cover leap years, both ends of a year and at least three time zones.`;

export const plan = Plan.parse({
  summary:
    'Dates are parsed strictly and independent of the time zone, week numbers follow ISO 8601, the unused moment helper is gone, and the tests cover leap years, both ends of a year and three time zones.',
  assumptions: [
    'The public API is what src/index.ts exports today.',
    'Nothing outside this folder imports src/legacy/moment-helper.ts.',
  ],
  risks: [
    'Callers that relied on "2024-02-30" becoming 1 March now get an error.',
    'Week numbers stored earlier differ from those computed now.',
  ],
  tasks: [
    {
      id: 'parser',
      title: 'Parse dates strictly and without the local time zone',
      description: 'Rewrite parseDate in src/parse-date.ts. Leave its signature as it is.',
      specialization: 'TypeScript date arithmetic',
      dependencies: [],
      priority: 9,
      acceptance_criteria: [
        'parseDate("2024-02-30") throws a RangeError that names the value',
        'The result does not depend on TZ',
      ],
      permission: 'read_write',
      files: ['src/parse-date.ts'],
    },
    {
      id: 'week-numbers',
      title: 'Compute ISO 8601 week numbers',
      description: 'Mend weekOf in src/week.ts for the first and last days of a year.',
      specialization: 'TypeScript date arithmetic',
      dependencies: [],
      priority: 8,
      acceptance_criteria: ['1 January 2021 is in week 53 of 2020'],
      permission: 'read_write',
      files: ['src/week.ts'],
    },
    {
      id: 'remove-moment',
      title: 'Remove the unused moment helper',
      description: 'Delete src/legacy/moment-helper.ts and its dependency.',
      specialization: 'Code clean-up',
      dependencies: [],
      priority: 3,
      acceptance_criteria: ['Nothing imports moment'],
      permission: 'read_write',
      files: ['src/legacy/moment-helper.ts', 'package.json'],
    },
    {
      id: 'tests',
      title: 'Cover leap years, ends of years and three time zones',
      description: 'Write the tests, and run them with the terminal tool.',
      specialization: 'Test author',
      dependencies: ['parser', 'week-numbers'],
      priority: 7,
      acceptance_criteria: ['npm test passes', 'Each case runs in three time zones'],
      permission: 'read_write',
      files: ['test/parse-date.test.ts', 'test/week.test.ts'],
    },
    {
      id: 'audit',
      title: 'Audit the public API for changes',
      description: 'Compare what src/index.ts exports before and after.',
      specialization: 'API reviewer',
      dependencies: ['tests', 'remove-moment'],
      priority: 5,
      acceptance_criteria: ['The list of exports is the same'],
      permission: 'read_only',
    },
  ],
});

export const team = Team.parse({
  agents: [
    {
      name: 'Calendar engineer',
      type: 'TypeScript date arithmetic',
      system_prompt:
        'You know the Gregorian calendar and ISO 8601 by heart.\n\nWork in small steps. Read a file before you change it, keep public signatures, and never use the local time zone.\nFinish with finish_task and say what you changed.',
      skills: ['ISO 8601', 'strict parsing', 'time zones'],
      tools: ['file_read', 'search', 'file_write', 'terminal'],
      model: 'claude-sonnet-5-5',
      permission: 'read_write',
    },
    {
      name: 'Housekeeper',
      type: 'Code clean-up',
      system_prompt: 'You remove what is not used, and prove first that it is not.',
      skills: ['dead code'],
      tools: ['file_read', 'search', 'file_write'],
      model: 'claude-haiku-5-5',
      permission: 'read_write',
    },
    {
      name: 'Test author',
      type: 'Tests for date and time code',
      system_prompt: 'You write tests that read as sentences.',
      skills: ['node:test', 'boundary values', 'property tests'],
      tools: ['file_read', 'search', 'file_write', 'terminal'],
      model: 'claude-sonnet-5-5',
      permission: 'read_write',
    },
    {
      name: 'API reviewer',
      type: 'Compatibility of public interfaces',
      system_prompt: 'You compare exports.',
      skills: [],
      tools: ['file_read', 'search'],
      model: 'claude-haiku-5-5',
      permission: 'read_only',
    },
  ],
  task_assignments: [
    { agent: 'Calendar engineer', tasks: ['parser', 'week-numbers'] },
    { agent: 'Housekeeper', tasks: ['remove-moment'] },
    { agent: 'Test author', tasks: ['tests'] },
    { agent: 'API reviewer', tasks: ['audit'] },
  ],
});

type Purpose = { kind: string; [key: string]: unknown };

export function conversation(conversationId: string, purpose: Purpose, agent: string): unknown {
  return {
    type: 'conversation:start',
    conversationId,
    purpose,
    agent,
    model: 'claude-sonnet-5-5',
    system: body,
    tools: body,
    first: body,
    maxTurns: 40,
  };
}

export function invoke(conversationId: string, turn: number, agent = 'agent'): unknown {
  const turnId = `${conversationId}/${turn}`;
  return { type: 'agent:invoke', conversationId, turnId, agent, model: 'claude-sonnet-5-5' };
}

type Said = { text?: string; calls?: readonly string[] };

export function answer(conversationId: string, turn: number, said: Said = {}): unknown {
  const { text = '', calls = [] } = said;
  return {
    type: 'agent:answer',
    conversationId,
    turnId: `${conversationId}/${turn}`,
    answer: body,
    text,
    model: 'claude-sonnet-5-5',
    stop: calls.length > 0 ? 'tools' : 'end',
    usage: { input: 420, output: 610, cacheRead: 5_300, cacheWrite: 900 },
    costUsd: 0.00972,
    calls: calls.map((callId) => ({ callId, providerId: callId, name: 'run_command' })),
  };
}

export function call(conversationId: string, callId: string, title: string): unknown {
  return { type: 'tool:call', conversationId, callId, name: 'tool', title };
}

export function result(conversationId: string, callId: string, ok = true, summary = ''): unknown {
  return { type: 'tool:result', conversationId, callId, ok, summary, content: body };
}

/** A conversation that made these calls, all with good results, and came to its end. */
export function finished(
  conversationId: string,
  purpose: Purpose,
  agent: string,
  titles: readonly string[],
): unknown[] {
  const ids = titles.map((_, index) => `${conversationId}#${index}`);
  const last = ids.at(-1) ?? '';
  return [
    conversation(conversationId, purpose, agent),
    invoke(conversationId, 1, agent),
    answer(conversationId, 1, { calls: ids }),
    ...titles.flatMap((title, index) => [
      call(conversationId, ids[index] ?? '', title),
      result(conversationId, ids[index] ?? '', true, title),
    ]),
    { ...(result(conversationId, last) as object), ends: true },
  ];
}

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

function started(taskId: string, agent: string): unknown {
  return { type: 'task:start', taskId, agent, laneId: `lane-${taskId}`, base: commit };
}

function recorded(taskId: string, round: number): unknown {
  const files = [
    { path: 'a', status: 'modified', additions: 1, deletions: 1, binary: false, hunks: [] },
  ];
  const summary = 'Done.';
  return {
    type: 'task:recorded',
    taskId,
    attempt: round,
    round,
    tree: commit,
    summary,
    diff: body,
    files,
  };
}

function passed(taskId: string, round: number): unknown[] {
  return (['code reviewer', 'logic checker'] as const).map((reviewer) => ({
    type: 'review:result',
    taskId,
    round,
    reviewer,
    passed: true,
    summary: 'As it should be.',
    issues: [],
  }));
}

function complete(taskId: string, attempt: number): unknown {
  return {
    type: 'task:complete',
    taskId,
    attempt,
    summary: 'Done.',
    head: commit,
    files: ['src/a.ts'],
  };
}

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

const hunks = (amount: number): unknown[] =>
  Array.from({ length: amount }, (_, index) => ({
    id: `h${index}`,
    baseStart: 10 * index + 1,
    baseLines: 3,
    headStart: 10 * index + 1,
    headLines: 4,
  }));

type Changed = [path: string, status: string, additions: number, deletions: number, hunks: number];

const changed: readonly Changed[] = [
  ['package.json', 'modified', 1, 3, 2],
  ['src/legacy/moment-helper.ts', 'deleted', 0, 64, 1],
  ['src/parse-date.ts', 'modified', 38, 21, 4],
  ['src/week.ts', 'modified', 12, 9, 2],
  ['test/integration/time-zones/with-a-long-folder-name/parse-date.test.ts', 'added', 120, 0, 1],
];

export const reviewing: readonly unknown[] = [
  ...executing,
  result('w-parser-2', 'c3'),
  recorded('parser', 2),
  ...passed('parser', 2),
  complete('parser', 2),
  ...['week-numbers', 'tests', 'audit'].flatMap((taskId) => [
    started(taskId, 'Test author'),
    recorded(taskId, 1),
    ...passed(taskId, 1),
    complete(taskId, 1),
  ]),
  {
    type: 'change:ready',
    base: commit,
    head: commit,
    files: changed.map(([path, status, additions, deletions, amount]) => ({
      path,
      status,
      additions,
      deletions,
      binary: false,
      hunks: hunks(amount),
    })),
  },
  { type: 'workflow:status', status: 'reviewing' },
];

function decided(path: string, decision: string, only?: readonly string[]): unknown {
  return { type: 'change:decided', path, decision, by: 'person', ...(only && { hunks: only }) };
}

export const decidedInPart: readonly unknown[] = [
  ...reviewing,
  decided('package.json', 'accepted'),
  decided('src/legacy/moment-helper.ts', 'rejected'),
  decided('src/parse-date.ts', 'accepted', ['h0']),
  decided('src/week.ts', 'accepted', ['h0']),
  decided('src/week.ts', 'rejected', ['h1']),
];

export const refused: readonly unknown[] = [
  ...decidedInPart,
  { type: 'change:apply', by: 'person' },
  {
    type: 'change:refused',
    files: [
      {
        path: 'src/week.ts',
        reason: 'It was changed since the run began. Undo that change, or reject this file.',
      },
    ],
  },
];

const totals = {
  tasks: { planned: 5, done: 5, failed: 0, blocked: 0 },
  requests: 31,
  retries: 1,
  usage: { input: 14_200, output: 22_900, cacheRead: 410_000, cacheWrite: 31_000 },
  costUsd: 0.41,
  wallMs: 214_000,
  criticalPathMs: 131_000,
};

export const applied: readonly unknown[] = [
  ...decidedInPart,
  { type: 'change:apply', by: 'person' },
  {
    type: 'change:applied',
    files: [
      { path: 'package.json', status: 'modified' },
      { path: 'src/parse-date.ts', status: 'modified' },
      { path: 'src/week.ts', status: 'modified' },
    ],
  },
  { type: 'workflow:complete', outcome: 'applied', totals },
  { type: 'workflow:status', status: 'completed' },
];

export const taskFailed: readonly unknown[] = [
  ...executing,
  {
    type: 'task:error',
    taskId: 'parser',
    code: 'model',
    message:
      'The work did not pass its review in 3 attempts. What depends on it is blocked; everything else goes on.',
  },
  { type: 'task:blocked', taskId: 'tests', by: 'parser' },
  { type: 'task:blocked', taskId: 'audit', by: 'tests' },
];

export const interrupted: readonly unknown[] = [
  ...executing,
  { type: 'workflow:status', status: 'interrupted' },
];

export const failedForKey: readonly unknown[] = [
  ...beginning.slice(0, 1),
  {
    type: 'workflow:error',
    code: 'model-auth',
    message:
      'Anthropic does not accept the API key (401). Nothing was changed. Set a working key and start the task again.',
  },
  { type: 'workflow:status', status: 'failed' },
];

export const planFailed: readonly unknown[] = [
  ...planning,
  { type: 'plan:created', version: 2, plan: cyclic() },
  {
    type: 'plan:checked',
    version: 2,
    by: 'rules',
    passed: false,
    issues: [
      {
        severity: 'critical',
        task_id: 'parser',
        message: 'The tasks wait for each other in a circle: parser, tests, parser.',
      },
      {
        severity: 'critical',
        task_id: 'audit',
        message:
          'It depends on “remove-momnet”, which is no task of the plan. Did you mean “remove-moment”?',
      },
    ],
    feedback: '',
  },
];

function cyclic(): unknown {
  const [parser, ...others] = plan.tasks;
  return { ...plan, tasks: [{ ...parser, dependencies: ['tests'] }, ...others] };
}

export const answered: readonly unknown[] = [
  { ...(beginning[0] as object), request: 'Which week is 1 January 2021 in?', provider: 'demo' },
  ...finished('triage', { kind: 'triage' }, 'triage', ['Decide how to go about it']),
  {
    type: 'analysis',
    strategy: 'simple',
    reasoning: 'General knowledge.',
    needs_clarification: false,
  },
  { type: 'workflow:status', status: 'answering' },
  conversation('answer', { kind: 'answer' }, 'assistant'),
  invoke('answer', 1),
  answer('answer', 1, { text: 'In week 53 of 2020.' }),
  {
    type: 'workflow:results',
    text: 'In week 53 of 2020.\n\nISO 8601 counts a week to the year that holds its Thursday:\n  - 31 December 2020 was a Thursday\n  - so 1 January 2021, a Friday, belongs to 2020\n\n<b>This is text, not HTML.</b>',
  },
  {
    type: 'workflow:complete',
    outcome: 'answered',
    totals: { ...totals, costUsd: undefined, requests: 2 },
  },
  { type: 'workflow:status', status: 'completed' },
];
