// The states of the panel that are worth looking at, each as the messages that lead to it.

import type { Readiness } from '../../../src/shared/protocol.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import * as log from './run-log.ts';

const ready: Readiness = { kind: 'ready', provider: 'anthropic', folder: 'dates' };

const earlier = [
  {
    runId: '20251121-readme',
    request: 'Write a README with an example for each exported function',
    status: 'completed',
    startedAt: '2025-11-21T09:30:00Z',
    waiting: false,
    provider: 'anthropic',
    outcome: 'applied',
  },
  {
    runId: '20251120-lint',
    request: 'Mend all lint warnings',
    status: 'cancelled',
    startedAt: '2025-11-20T16:12:00Z',
    waiting: false,
    provider: 'anthropic',
  },
] as const;

function composing(readiness: Readiness, runs: readonly unknown[] = earlier): unknown[] {
  return [{ type: 'snapshot', readiness, runs, run: null }];
}

function showing(bodies: readonly unknown[]): unknown[] {
  const run: RunState = log.stateOf(bodies);
  const { runId, request, status, startedAt, provider } = run;
  const summary = { runId, request, status, startedAt, waiting: false, provider };
  return [{ type: 'snapshot', readiness: ready, runs: [summary, ...earlier], run }];
}

function text(conversationId: string, turn: number, words: string): unknown {
  const turnId = `${conversationId}/${turn}`;
  return { type: 'text', runId: log.runId, turnId, conversationId, offset: 0, text: words };
}

const thinking =
  'The parser hands the string to the Date constructor, which rolls an impossible day over into the next month. I need the number of days of that month first.\n\nNow the week numbers: the Thursday of the same week tells the year.';

export const states: Record<string, readonly unknown[]> = {
  loading: [],
  compose: composing(ready),
  'compose-demo': composing({ kind: 'ready', provider: 'demo', folder: 'sample' }, []),
  'compose-no-folder': composing({ kind: 'no-folder' }, []),
  'compose-untrusted': composing({ kind: 'untrusted' }),
  'compose-no-key': composing({ kind: 'no-key', provider: 'anthropic' }),
  'compose-unsupported': composing({
    kind: 'unsupported',
    message:
      'The provider “openai” is not supported yet. Choose anthropic or demo in the settings.',
  }),
  questions: showing(log.asking),
  planning: [...showing(log.planning), text('plan', 2, thinking)],
  'plan-failed': showing(log.planFailed),
  approval: showing(log.approving),
  executing: [...showing(log.executing), text('w-week', 2, thinking)],
  permission: showing(log.permission),
  'task-failed': showing(log.taskFailed),
  interrupted: showing(log.interrupted),
  reviewing: showing(log.reviewing),
  'decided-in-part': showing(log.decidedInPart),
  refused: showing(log.refused),
  applied: showing(log.applied),
  'failed-key': showing(log.failedForKey),
  answered: showing(log.answered),
  problem: [
    ...composing(ready),
    {
      type: 'problem',
      message:
        'The run could not be started: git 2.38 or newer is needed. Install it and try again.',
    },
  ],
};

/** The result of every tool call of the fixtures. */
export const resultText =
  'Edited src/parse-date.ts, lines 38 to 44.\n\n-  return new Date(year, month - 1, day);\n+  if (day > daysInMonth(year, month)) throw new RangeError("No such day");\n+  return new Date(Date.UTC(year, month - 1, day));';
