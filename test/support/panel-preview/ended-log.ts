// Ways in which a told run stops or ends without changes.

import { answer, conversation, finished, invoke, totals } from './log-parts.ts';
import { beginning, executing, planning } from './run-log.ts';
import { plan } from './sample-plan.ts';

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
