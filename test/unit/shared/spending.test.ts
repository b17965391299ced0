/** What is spent goes up from request to conversation, to task and agent, to run, and never down. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Account } from '../../../src/shared/account.ts';
import { economyOf } from '../../../src/shared/economy.ts';
import { parseEvent, type RunEvent } from '../../../src/shared/events.ts';
import { reduce } from '../../../src/shared/reduce.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { addUsage, noUsage, type Usage } from '../../../src/shared/usage.ts';
import {
  answer,
  call,
  conversation,
  eventsOf,
  invoke,
  result,
  stateOf,
} from '../../support/panel-preview/log-parts.ts';
import { approving, beginning } from '../../support/panel-preview/run-log.ts';

const golden = path.resolve(import.meta.dirname, '../../golden/eventful-0.1.0.jsonl');
const events = readFileSync(golden, 'utf8')
  .trimEnd()
  .split('\n')
  .flatMap((line): RunEvent[] => {
    const parsed = parseEvent(JSON.parse(line));
    return parsed.known ? [parsed.event] : [];
  });
const sum = (usages: Usage[]): Usage => usages.reduce(addUsage, noUsage);
const amounts = ({ requests, usage, costUsd, workMs, lost }: Account) => [
  ...[requests, costUsd, workMs, lost.tokens, lost.usd],
  ...Object.values(usage),
];

describe('The sums of a run', () => {
  it('agree at every level of the tree, after every event', () => {
    let state: RunState | undefined;
    for (const event of events) {
      state = reduce(state, event);
      const { run, agents, tasks, byTask } = state.spending;
      assert.deepEqual(run.usage, state.usage, event.type);
      assert.equal(run.requests, state.requests, event.type);
      assert.deepEqual(sum(agents.map((each) => each.account.usage)), run.usage);
      assert.deepEqual(sum(state.conversations.map((each) => each.usage)), run.usage);
      assert.deepEqual(sum(byTask.map((each) => each.account.usage)), tasks.usage);
    }
    assert.ok((state?.spending.tasks.requests ?? 0) > 10);
  });

  it('only go up', () => {
    let state: RunState | undefined;
    for (const event of events) {
      const before = state && amounts(state.spending.run);
      state = reduce(state, event);
      const now = amounts(state.spending.run);
      assert.ok(
        before?.every((each, index) => each <= (now[index] ?? 0)) ?? true,
        `${event.seq} ${event.type}`,
      );
    }
  });

  it('have no cost for logs from before there were prices', () => {
    const state = events.reduce<RunState | undefined>(reduce, undefined);
    assert.ok(state);
    assert.ok(!('costUsd' in economyOf(state, 0)));
    assert.ok((economyOf(state, 0).unpriced?.length ?? 0) > 0);
  });
});

describe('The working time of a run', () => {
  /** Each event four seconds after the one before. */
  const worked = (log: readonly unknown[]) => stateOf([...approving, ...decided, ...log]);
  const decided = [
    {
      type: 'approval:decided',
      approvalId: 'plan-1',
      by: 't',
      decision: { decision: 'approve', hash: 'a'.repeat(64) },
    },
  ];
  const parser = conversation('w-parser', { kind: 'work', taskId: 'parser' as never }, 'A');
  const week = conversation('w-week', { kind: 'work', taskId: 'week-numbers' as never }, 'B');
  const workSeconds = (state: RunState) => {
    const before = economyOf(stateOf(approving), 0).workMs ?? 0;
    return ((economyOf(state, 0).workMs ?? 0) - before) / 1000;
  };

  it('is that of requests and tools, and not that between them', () => {
    const request = [invoke('w-parser', 1), answer('w-parser', 1, { calls: ['c1'] })];
    const tool = [call('w-parser', 'c1', 'Read'), result('w-parser', 'c1')];
    assert.equal(workSeconds(worked([parser, ...request, ...tool])), 8);
  });

  it('counts what happens at once once, and so tells the speed-up', () => {
    const state = worked([
      ...[parser, week, invoke('w-parser', 1), invoke('w-week', 1)],
      ...[answer('w-parser', 1), answer('w-week', 1)],
    ]);
    assert.equal(workSeconds(state), 12);
    assert.equal(economyOf(state, 0).speedUp, 16 / 12);
  });

  it('of what was cut off by a crash ends with the log, and the pause after it is none', () => {
    const log = eventsOf([
      ...approving,
      ...decided,
      parser,
      invoke('w-parser', 1),
      {
        type: 'limit:paused',
        conversationId: 'w-parser',
        turnId: 'w-parser/1',
        model: 'm',
        until: '2025-11-22T15:00:00.000Z',
        message: 'm',
      },
    ]);
    const last = log.at(-1);
    const resumed = eventsOf([{ type: 'workflow:resume', repeated: 1 }])[0];
    assert.ok(last && resumed);
    const at = '2025-12-24T00:00:00.000Z';
    let state = log.reduce<RunState | undefined>(reduce, undefined);
    state = reduce(state, { ...resumed, seq: last.seq + 1, at });
    assert.equal(workSeconds(state), 4);
    assert.deepEqual(state.spending.run.open, []);
  });

  it('goes on while something is under way', () => {
    const state = worked([parser, invoke('w-parser', 1)]);
    const now = Date.parse(state.updatedAt) + 60_000;
    const before = economyOf(stateOf(approving), 0).workMs ?? 0;
    assert.equal((economyOf(state, now).workMs ?? 0) - before, 60_000);
  });
});

describe('The share of the cache', () => {
  it('is what was read from it over all input', () => {
    const triage = conversation('triage', { kind: 'triage' }, 'triage');
    const log = [...beginning.slice(0, 1), triage, invoke('triage', 1), answer('triage', 1)];
    assert.equal(economyOf(stateOf(log), 0).cacheHitShare, 5300 / (420 + 5300 + 900));
    assert.equal(economyOf(stateOf(log), 0).costUsd, 0.00972);
  });
});
