/** The state of a run is a pure fold of its log. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { parseEvent, type RunEvent } from '../../../src/shared/events.ts';
import { reduce, reduceAll } from '../../../src/shared/reduce.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import { reviewing } from '../../support/panel-preview/change-log.ts';
import { eventsOf, stateOf } from '../../support/panel-preview/log-parts.ts';
import { approving, beginning, permission } from '../../support/panel-preview/run-log.ts';
import { type EventfulRun, playEventfulRun } from './eventful-run.ts';

describe('The fold of a real log', function () {
  this.timeout(30_000);
  let run: EventfulRun;
  before(async () => {
    run = await playEventfulRun();
  });
  after(() => run?.stage.close());

  it('gives the state that the run had while it went on', () => {
    assert.deepEqual(reduceAll(run.events), run.state);
    assert.deepEqual([run.state.status, run.state.outcome], ['completed', 'applied']);
  });

  it('met nearly every event', () => {
    const seen = new Set(run.events.map((event) => event.type));
    for (const type of [
      'task:conflict',
      'task:retry',
      'task:error',
      'task:blocked',
      'change:refused',
      'workflow:resume',
      'conversation:note',
      'wave:complete',
    ] as const) {
      assert.ok(seen.has(type), type);
    }
  });

  it('is of events that read from JSON as they were told to listeners', () => {
    for (const event of run.stage.events) {
      assert.deepEqual(parseEvent(JSON.parse(JSON.stringify(event))), { known: true, event });
    }
    assert.equal(run.stage.events.length, run.events.length);
  });

  it('never changes a state or an event', () => {
    let state: RunState | undefined;
    for (const event of run.events) state = deepFreeze(reduce(state, deepFreeze(event)));
    assert.deepEqual(state, run.state);
  });

  it('of many events at once gives the same, and changes nothing that was seen before', () => {
    for (const size of [2, 7, 50]) {
      let state: RunState | undefined;
      for (let from = 0; from < run.events.length; from += size) {
        const piece = run.events.slice(from, from + size);
        state = deepFreeze(reduceAll(deepFreeze(piece), state));
      }
      assert.deepEqual(state, run.state, `${size} at once`);
    }
  });

  it('survives being written down and read at any event', () => {
    let state: RunState | undefined;
    for (const event of run.events) {
      const read =
        state === undefined ? undefined : (JSON.parse(JSON.stringify(state)) as RunState);
      state = reduce(read, event);
    }
    assert.deepEqual(state, run.state);
  });

  it('counts each event, and sums tokens up the tree', () => {
    const { state } = run;
    assert.equal(state.seq, run.events.length);
    const sum = (usages: Array<{ input: number }>) =>
      usages.reduce((all, each) => all + each.input, 0);
    assert.equal(sum(state.conversations.map((each) => each.usage)), state.usage.input);
    assert.equal(sum(Object.values(state.usageByModel)), state.usage.input);
    assert.equal(state.requests, run.requests.length);
    assert.deepEqual(
      state.tasks.map((task) => [task.task.id, task.status, task.attempt]),
      [
        ['left', 'done', 1],
        ['right', 'done', 1],
        ['retry', 'done', 2],
        ['bad', 'failed', 3],
        ['after', 'blocked', 0],
        ['command', 'done', 1],
      ],
    );
  });
});

describe('The fold', () => {
  const events = eventsOf(approving);
  const next = (state: RunState, body: object): RunEvent =>
    ({
      v: 1,
      seq: state.seq + 1,
      at: '2025-11-22T15:00:00.000Z',
      runId: state.runId,
      ...body,
    }) as RunEvent;
  const then = (state: RunState, ...bodies: object[]) =>
    bodies.reduce<RunState>((so, body) => reduce(so, next(so, body)), state);

  it('needs the beginning first, and is nothing without events', () => {
    const [, second] = events;
    assert.ok(second);
    assert.throws(() => reduce(undefined, second), /begins with workflow:start/);
    assert.equal(reduceAll([]), undefined);
  });

  it('takes the first decision, and ignores a later one and one on nothing', () => {
    const state = stateOf(approving);
    const [open] = openApprovals(state);
    assert.ok(open);
    const decided = (approvalId: string, decision: object) => ({
      type: 'approval:decided',
      by: 't',
      approvalId,
      decision,
    });
    const approved = then(state, decided(open.approvalId, { decision: 'approve', hash: 'h' }));
    assert.equal(approved.approved, true);
    const again = then(
      approved,
      decided(open.approvalId, { decision: 'reject' }),
      decided('plan/99', { decision: 'reject' }),
    );
    assert.deepEqual({ ...again, seq: 0, updatedAt: '' }, { ...approved, seq: 0, updatedAt: '' });
  });

  it('forgets the team and the approval with a new plan, and keeps what was checked', () => {
    const state = stateOf(approving);
    assert.ok(state.team && state.plan);
    const again = then(state, { type: 'plan:created', version: 2, plan: state.plan.plan });
    assert.deepEqual([again.team, again.approved, again.plan?.version], [undefined, false, 2]);
    assert.deepEqual(again.checks, state.checks);
  });

  it('counts plans anew once the person has asked for changes', () => {
    const state = stateOf(approving);
    const [open] = openApprovals(state);
    const asked = then(state, {
      type: 'approval:decided',
      approvalId: open?.approvalId,
      by: 't',
      decision: { decision: 'request-changes', feedback: 'Less.' },
    });
    assert.deepEqual([asked.planAttempts, asked.planFeedback?.feedback], [0, 'Less.']);
  });

  it('lets a task wait for the person while its command is asked about', () => {
    const state = stateOf(permission);
    const [open] = openApprovals(state);
    const waiting = state.tasks.find((task) => task.task.id === open?.taskId);
    assert.equal(waiting?.status, 'waiting-for-you');
    const denied = then(state, {
      type: 'approval:decided',
      approvalId: open?.approvalId,
      by: 't',
      decision: { decision: 'deny' },
    });
    assert.equal(denied.tasks.find((task) => task.task.id === open?.taskId)?.status, 'running');
  });

  it('decides hunks one by one or a whole file, and shares what it does not change', () => {
    const state = stateOf(reviewing);
    const file = state.changes?.files.find((each) => each.hunks.length > 1);
    assert.ok(file);
    const [first] = file.hunks;
    const decide = (so: RunState, more: object) =>
      then(so, { type: 'change:decided', by: 't', path: file.path, ...more });
    const one = decide(state, { hunks: [first?.id], decision: 'accepted' });
    const decided = (so: RunState) => so.changes?.files.find((each) => each.path === file.path);
    assert.deepEqual(decided(one)?.decisions, { [first?.id ?? '']: 'accepted' });
    assert.equal(decided(one)?.whole, 'undecided');
    const all = decide(one, { decision: 'rejected' });
    assert.deepEqual(new Set(Object.values(decided(all)?.decisions ?? {})), new Set(['rejected']));
    assert.equal(all.conversations, state.conversations);
    const others = (so: RunState) => so.changes?.files.filter((each) => each.path !== file.path);
    assert.ok(others(all)?.every((each, at) => each === others(state)?.[at]));
  });

  it('ignores what speaks of a task, a call or a conversation that is not there', () => {
    const state = stateOf(beginning);
    const after = then(
      state,
      {
        type: 'task:complete',
        taskId: 'nobody',
        attempt: 1,
        summary: '',
        head: 'c'.repeat(40),
        files: [],
      },
      { type: 'tool:call', conversationId: 'none', callId: 'none', name: 'x', title: 'x' },
      { type: 'change:decided', path: 'x', decision: 'accepted', by: 't' },
    );
    assert.deepEqual(
      [after.tasks, after.conversations.length],
      [state.tasks, state.conversations.length],
    );
  });
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) deepFreeze(each);
  }
  return value;
}
