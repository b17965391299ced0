// The states of the panel that are worth looking at, each as the messages that lead to it.

import type { DraftTask, PlanDraft } from '../../../src/shared/edit-draft.ts';
import { TaskId } from '../../../src/shared/ids.ts';
import type { Elsewhere, Readiness } from '../../../src/shared/protocol.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import {
  addAgent,
  addTask,
  changeAgent,
  changeTask,
  draftOf,
} from '../../../src/webview/plan-draft.ts';
import {
  applied,
  conflicting,
  decidedInPart,
  protecting,
  refused,
  renaming,
  reverted,
  revertedWhole,
  reviewing,
} from './change-log.ts';
import { answered, failedForKey, interrupted, planFailed, taskFailed } from './ended-log.ts';
import { runId, stateOf } from './log-parts.ts';
import { granted, permissionInFull } from './permission-log.ts';
import * as log from './run-log.ts';
import { plan, team } from './sample-plan.ts';

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

function showing(bodies: readonly unknown[], elsewhere?: Elsewhere): unknown[] {
  const run: RunState = stateOf(bodies);
  const { runId, request, status, startedAt, provider } = run;
  const summary = { runId, request, status, startedAt, waiting: false, provider };
  const message = { type: 'snapshot', readiness: ready, runs: [summary, ...earlier], run };
  return [elsewhere ? { ...message, elsewhere } : message];
}

function text(conversationId: string, turn: number, words: string): unknown {
  const turnId = `${conversationId}/${turn}`;
  return { type: 'text', runId: runId, turnId, conversationId, offset: 0, text: words };
}

const models = {
  type: 'models',
  runId: runId,
  ids: ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5', 'claude-fable-5-2'],
};

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
  'plan-failed': showing(planFailed),
  approval: showing(log.approving),
  'editing-plan': [...showing(log.approving), models],
  'editing-problems': [
    ...showing(log.approving),
    models,
    {
      type: 'edit-result',
      runId: runId,
      subject: 'plan-1',
      problems: [
        {
          task: 'parser',
          field: 'acceptance_criteria',
          message: 'Task "parser", acceptance criteria: at least one is needed.',
        },
        {
          agent: 'Housekeeper',
          field: 'model',
          message:
            'Agent "Housekeeper" has the model "claude-haiku", which the provider does not offer.',
        },
        {
          agent: 'New colleague',
          message: 'Agent "New colleague" has no task; leave it out or assign one.',
        },
      ],
    },
  ],
  'editing-stale': showing(log.approving),
  'editing-task': showing(taskFailed),
  executing: [...showing(log.executing), text('w-week', 2, thinking)],
  elsewhere: showing(log.executing, { pid: 48213, host: 'build-17.example.com' }),
  permission: showing(log.permission),
  'permission-in-full': showing(permissionInFull),
  granted: showing(granted),
  budget: showing(log.ceilings),
  'task-failed': showing(taskFailed),
  interrupted: showing(interrupted),
  reviewing: showing(reviewing),
  'decided-in-part': showing(decidedInPart),
  protected: showing(protecting),
  refused: showing(refused),
  renamed: showing(renaming),
  conflict: showing(conflicting),
  applied: showing(applied),
  reverted: showing(reverted),
  'reverted-whole': showing(revertedWhole),
  'failed-key': showing(failedForKey),
  answered: showing(answered),
  problem: [
    ...composing(ready),
    {
      type: 'problem',
      message:
        'The run could not be started: git 2.38 or newer is needed. Install it and try again.',
    },
  ],
};

/** What the panel kept over a reload, for the states in which somebody edits. */
export const kept: Record<string, unknown> = {
  'editing-plan': keptDraft({ open: ['edit-task:tests', 'edit-agent:agent-1'] }),
  'editing-problems': keptDraft({
    open: ['edit-task:parser', 'edit-agent:agent-2', 'edit-agent:agent-5'],
    change: (draft) =>
      changeAgent(
        addAgent(
          changeTask(draft, TaskId.parse('parser'), {
            task: { ...draft.tasks[0]?.task, acceptance_criteria: [] } as DraftTask,
          }),
        ),
        'agent-5',
        { name: 'New colleague' },
      ),
  }),
  'editing-stale': keptDraft({
    open: [],
    change: (draft) => ({ ...addTask(draft), basedOn: 'before' }),
  }),
  'editing-task': {
    runId: runId,
    open: { 'task-edit:parser': true, 'task-edit:week-numbers': true, 'task-edit:tests': true },
  },
};

type Kept = { open: readonly string[]; change?: (draft: PlanDraft) => PlanDraft };

function keptDraft({ open, change = addTask }: Kept): unknown {
  const draft = change(draftOf({ plan, team, hash: 'a'.repeat(64) }));
  return {
    runId: runId,
    open: Object.fromEntries(open.map((name) => [name, true])),
    texts: { [`plan-draft:${runId}:plan-1`]: JSON.stringify(draft) },
  };
}

/** The result of every tool call of the fixtures. */
export const resultText =
  'Edited src/parse-date.ts, lines 38 to 44.\n\n-  return new Date(year, month - 1, day);\n+  if (day > daysInMonth(year, month)) throw new RangeError("No such day");\n+  return new Date(Date.UTC(year, month - 1, day));';
