/** Ceilings of a run, a task and an agent: never exceeded, warned of once, asked about, raised or kept. */
import assert from 'node:assert/strict';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { slotsHeld } from '../../../../src/engine/schedule/decide-execution.ts';
import { tokensOf } from '../../../../src/shared/account.ts';
import type { Decision } from '../../../../src/shared/events.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import { reduce } from '../../../../src/shared/reduce.ts';
import {
  type ApprovalState,
  openApprovals,
  type RunState,
} from '../../../../src/shared/run-state.ts';
import { pricedProvider } from '../../../support/runs/priced-provider.ts';
import {
  call,
  complex,
  creates,
  plan,
  scriptOf,
  team,
} from '../../../support/runs/script-parts.ts';
import {
  openStage,
  type ScriptInput,
  type Stage,
  type StageOptions,
} from '../../../support/runs/scripted-run.ts';

const usage = (input: number, output: number) => ({ input, output, cacheRead: 0, cacheWrite: 0 });
type Steps = ScriptInput['conversations'][string];
const costing = (steps: Steps, input: number, output: number): Steps =>
  steps.map((step) => ({ ...step, usage: usage(input, output) }));

describe('a ceiling', function () {
  this.timeout(30_000);
  let stage: Stage;
  const open = async (options: Partial<StageOptions> = {}) => {
    stage = await openStage({ files: { 'a.txt': 'one\n' }, ...options });
  };
  afterEach(() => stage.close());

  /** Approves the plan and every command; stops at ceilings. */
  const follow = async (driver: RunDriver): Promise<RunState> => {
    driver.start();
    for (;;) {
      const state = await driver.idle();
      const open = openApprovals(state).filter((each) => each.kind !== 'budget');
      if (open.length === 0) return state;
      for (const { approvalId, kind, hash = '' } of open) {
        const decision: Decision =
          kind === 'plan' ? { decision: 'approve', hash } : { decision: 'allow-once' };
        await driver.decide(approvalId, decision, 'test');
      }
    }
  };
  const start = async (script: ScriptInput, options: Parameters<typeof pricedProvider>[1] = {}) =>
    stage.host.start('Do it', pricedProvider(script, options));
  const asked = (state: RunState): ApprovalState => {
    const [approval] = openApprovals(state).filter((each) => each.kind === 'budget');
    assert.ok(approval, `no ceiling was asked about; ${state.status} ${state.error?.message}`);
    return approval;
  };
  const statuses = (state: RunState) =>
    Object.fromEntries(state.tasks.map((task) => [task.task.id, task.status]));
  const count = (type: string) => stage.events.filter((each) => each.type === type).length;
  const raise = (driver: RunDriver, { approvalId }: ApprovalState, limit: number | null) =>
    driver.decide(approvalId, { decision: 'raise', limit }, 'test');
  /** What was ever spent or held at once. */
  const peak = (amountOf: (state: RunState) => number): number => {
    let state: RunState | undefined;
    let most = 0;
    for (const event of stage.events) {
      state = reduce(state, event);
      most = Math.max(most, amountOf(state));
    }
    return most;
  };
  const usdOf = ({ spending: { run } }: RunState) => run.costUsd + run.lost.usd + run.reserved.usd;
  const tokens = ({ spending: { run } }: RunState) =>
    tokensOf(run.usage) + run.lost.tokens + run.reserved.tokens;

  const ids = ['t1', 't2', 't3', 't4', 't5', 't6'];
  const sixTasks = scriptOf(
    ids.map((id) => ({ id })),
    Object.fromEntries(
      ids.map((id) => [`work/${id}`, costing(creates(`${id}.txt`, 'x\n'), 3000, 400)]),
    ),
  );

  for (const [kind, ceilings, amount] of [
    ['money', { maxUsd: 0.2 }, usdOf],
    ['tokens', { maxTokens: 60_000 }, tokens],
  ] as const) {
    it(`on ${kind} is never exceeded by agents that work at the same time`, async () => {
      await open({ ceilings, maxParallel: 6 });
      const driver = await start(sixTasks);
      let state = await follow(driver);
      const [limit = 0] = Object.values(ceilings) as number[];
      const stops = asked(state).ceiling;
      assert.equal(stops?.limit, limit);
      assert.ok(peak(amount) <= limit, `${peak(amount)} of ${limit}`);
      assert.ok(peak(({ spending }) => spending.run.open.length) > 1, 'several were in flight');
      assert.deepEqual(state.spending.run.open, []);
      assert.equal(state.spending.run.reserved.tokens, 0);
      await raise(driver, asked(state), 100_000_000);
      state = await follow(driver);
      assert.equal(state.status, 'reviewing');
      assert.ok(state.tasks.every((task) => task.status === 'done'));
      const turns = state.conversations.flatMap((each) => each.turns).length;
      assert.equal(state.requests, turns, 'nothing was asked twice');
    });
  }

  it('is warned of once, at four fifths, and again when it was raised', async () => {
    await open({ ceilings: { maxTokens: 50_000 } });
    const steps = [1, 2, 3].flatMap((each) =>
      costing(call('create_file', { path: `${each}.txt`, content: 'x\n' }), 11_000, 1000),
    );
    const driver = await start(
      scriptOf([{ id: 'add' }], { 'work/add': [...steps, ...creates('z.txt', 'z\n')] }),
    );
    const state = await follow(driver);
    const warnings = () => stage.events.filter((each) => each.type === 'budget:warning');
    assert.equal(warnings().length, 1);
    assert.ok((warnings()[0]?.spent ?? 0) >= 40_000);
    const { ceiling } = asked(state);
    await raise(driver, asked(state), (ceiling?.spent ?? 0) + (ceiling?.needed ?? 0));
    await follow(driver);
    assert.equal(warnings().length, 2);
  });

  it('asks with what was spent and needed, refuses a new one that is too low, and goes on', async () => {
    await open({ ceilings: { maxTokens: 9_000 } });
    const driver = await start(scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') }));
    let state = await follow(driver);
    const approval = asked(state);
    const { spent = 0, needed = 0 } = approval.ceiling ?? {};
    assert.ok(spent > 0 && spent <= 9_000 && spent + needed > 9_000);
    const { requests } = state;
    await assert.rejects(raise(driver, approval, spent + needed - 1), {
      code: 'wrong-decision',
      message: /too low to go on/,
    });
    await assert.rejects(driver.decide(approval.approvalId, { decision: 'allow-once' }, 't'), {
      code: 'wrong-decision',
    });
    assert.equal((await driver.idle()).requests, requests, 'nothing was asked meanwhile');
    await raise(driver, approval, null);
    state = await follow(driver);
    assert.equal(state.status, 'reviewing');
    assert.equal(state.repeated, 0);
  });

  it('at which the person stops ends the run with what is done, to be reviewed', async () => {
    await open({ ceilings: { maxTokens: 1_000_000 }, maxParallel: 1 });
    const script = scriptOf(
      [{ id: 'cheap', priority: 9 }, { id: 'dear' }, { id: 'after', after: ['dear'] }],
      {
        'work/cheap': creates('cheap.txt', 'c\n'),
        'work/dear': [
          ...costing(call('create_file', { path: 'd.txt', content: 'd\n' }), 980_000, 900),
          ...creates('e.txt', 'e\n'),
        ],
        'work/after': creates('f.txt', 'f\n'),
      },
    );
    const driver = await start(script);
    await driver.decide(asked(await follow(driver)).approvalId, { decision: 'stop' }, 'test');
    const state = await follow(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.deepEqual(statuses(state), { cheap: 'done', dear: 'failed', after: 'failed' });
    assert.match(state.tasks[1]?.error ?? '', /ceiling of 1,000,000 tokens for the run is reached/);
    assert.match(state.tasks[2]?.error ?? '', /^Not begun\./);
    assert.deepEqual(
      state.changes?.files.map((file) => file.path),
      ['cheap.txt'],
    );
    assert.equal(state.finalChecks.at(-1)?.by, 'nobody');

    await driver.setCeiling({ kind: 'tokens', scope: 'run', limit: 5_000_000 }, 'test');
    await driver.retryTask(TaskId.parse('dear'), 'test');
    assert.equal(statuses(await follow(driver)).dear, 'done', 'and can be taken up again');
  });

  it('before anything is done fails the run when the person stops, and asks again when it is resumed', async () => {
    await open({ ceilings: { maxUsd: 0.001 } });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const driver = await start(script);
    await driver.decide(asked(await follow(driver)).approvalId, { decision: 'stop' }, 'test');
    const failed = await follow(driver);
    assert.equal(failed.status, 'failed');
    assert.equal(failed.error?.code, 'budget');
    await stage.host.release(failed.runId);
    const again = await stage.host.resume(failed.runId, pricedProvider(script));
    await raise(again, asked(await follow(again)), 10);
    assert.equal((await follow(again)).status, 'reviewing');
  });

  it('waits over a restart, costs nothing meanwhile, and goes on from there', async () => {
    await open({ ceilings: { maxTokens: 9_000 } });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const first = await start(script);
    const parked = await follow(first);
    await stage.host.close();
    assert.equal((await stage.host.list())[0]?.waiting, true);
    const second = await stage.host.resume(parked.runId, pricedProvider(script));
    const state = await follow(second);
    assert.equal(state.requests, parked.requests);
    assert.equal(asked(state).approvalId, asked(parked).approvalId);
    await second.setCeiling({ kind: 'tokens', scope: 'run', limit: 900_000 }, 'test');
    assert.equal((await follow(second)).status, 'reviewing');
    assert.equal(count('approval:decided'), 2, 'the plan and the ceiling');
  });

  it('counts a request that was lost in a crash as if it had been billed, and holds for it anew', async () => {
    await open({ ceilings: { maxTokens: 1_000_000 } });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    let reach: () => void = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const stuck = pricedProvider(script, {
      inFlight: (id) => {
        if (id !== 'plan') return Promise.resolve();
        reach();
        return new Promise(() => {});
      },
    });
    const first = await stage.host.start('Do it', {
      ...stuck,
      streamTurn: (request, onText, signal) =>
        Promise.race([
          stuck.streamTurn(request, onText, signal),
          new Promise<never>((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
        ]),
    });
    first.start();
    await reached;
    const { runId } = first.state;
    const held = first.state.spending.run.reserved.tokens;
    assert.ok(held > 0);
    await stage.host.close();
    const second = await stage.host.resume(runId, pricedProvider(script));
    const state = await follow(second);
    assert.equal(state.status, 'reviewing');
    assert.equal(state.spending.run.lost.tokens, held);
    assert.equal(state.spending.run.reserved.tokens, 0);
    assert.equal(state.repeated, 1);
    const planned = state.conversations.find((each) => each.conversationId === 'plan');
    assert.deepEqual(state.spending.repeated, planned?.usage);
  });

  it('on money asks before a model without a known price is asked anything', async () => {
    await open({ ceilings: { maxUsd: 100 } });
    const tiers = { smart: 'mystery', balanced: 'claude-sonnet-5-5', fast: 'claude-haiku-5-5' };
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const driver = await start(script, { tiers });
    const parked = await follow(driver);
    assert.equal(asked(parked).ceiling?.unpriced, 'mystery');
    assert.ok(
      !stage.events.some((each) => each.type === 'agent:invoke' && each.model === 'mystery'),
    );
    await assert.rejects(raise(driver, asked(parked), 1_000_000), { message: /no price is known/ });
    await raise(driver, asked(parked), null);
    const state = await follow(driver);
    assert.equal(state.status, 'reviewing');
    assert.deepEqual(state.spending.run.unpriced, ['mystery']);
  });

  it('on money asks as soon as a model without a known price has answered for another', async () => {
    await open({ ceilings: { maxUsd: 100 } });
    const triage = complex.map((step) => ({ ...step, model: 'stand-in' }));
    const driver = await start(scriptOf([{ id: 'add' }], { triage }));
    const parked = await follow(driver);
    assert.equal(asked(parked).ceiling?.unpriced, 'stand-in');
    assert.equal(parked.requests, 1);
    await driver.cancel('test');
  });

  describe('of a task', () => {
    const limitedPlan = plan([{ id: 'dear' }, { id: 'cheap' }, { id: 'more' }]).map((step) => ({
      ...step,
      calls: step.calls?.map((each) => {
        const input = each.input as { tasks: Array<{ id: string }> };
        const tasks = input.tasks.map((task) =>
          task.id === 'dear' ? { ...task, limits: { max_tokens: 30_000 } } : task,
        );
        return { ...each, input: { ...input, tasks } };
      }),
    })) as Steps;
    const script = scriptOf([{ id: 'dear' }, { id: 'cheap' }, { id: 'more' }], {
      plan: limitedPlan,
      'work/dear': [
        ...costing(call('create_file', { path: 'd.txt', content: 'd\n' }), 29_000, 500),
        ...creates('e.txt', 'e\n'),
      ],
      'work/cheap': creates('c.txt', 'c\n'),
      'work/more': creates('m.txt', 'm\n'),
    });

    it('parks that task alone, which gives its slot to the others', async () => {
      await open({ maxParallel: 1 });
      const driver = await start(script);
      const state = await follow(driver);
      assert.deepEqual(statuses(state), { dear: 'running', cheap: 'done', more: 'done' });
      const approval = asked(state);
      assert.deepEqual([approval.ceiling?.scope, approval.taskId], ['task', 'dear']);
      await raise(driver, approval, 500_000);
      assert.equal(statuses(await follow(driver)).dear, 'done');
    });

    it('has it wait for a slot when the person raises it while others work', async () => {
      await open({ maxParallel: 1 });
      const driver = await start(script);
      const raising = (async () => {
        const othersWork = (state: RunState) =>
          openApprovals(state).some((each) => each.kind === 'budget') &&
          state.tasks.some(({ task, status }) => task.id !== 'dear' && status === 'running');
        while (!othersWork(driver.state)) {
          await driver.idle(othersWork);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await raise(driver, asked(driver.state), 500_000);
      })();
      await follow(driver);
      await raising;
      const state = await follow(driver);
      assert.deepEqual(statuses(state), { dear: 'done', cheap: 'done', more: 'done' });
      assert.equal(peak(slotsHeld), 1);
      assert.equal(count('task:continue'), 1);
    });

    it('fails it alone when the person stops, and lets it be tried again with a new question', async () => {
      await open({ maxParallel: 3 });
      const driver = await start(script);
      await driver.decide(asked(await follow(driver)).approvalId, { decision: 'stop' }, 'test');
      const state = await follow(driver);
      assert.deepEqual(statuses(state), { dear: 'failed', cheap: 'done', more: 'done' });
      const error = stage.events.find((each) => each.type === 'task:error');
      assert.equal(error?.code, 'budget');
      assert.equal(state.status, 'reviewing');
      await driver.retryTask(TaskId.parse('dear'), 'test');
      await raise(driver, asked(await follow(driver)), null);
      assert.equal(statuses(await follow(driver)).dear, 'done');
    });
  });

  it('of an agent bounds all its work and begins none of its other tasks', async () => {
    await open({ maxParallel: 1 });
    const script = scriptOf([{ id: 'one', priority: 9 }, { id: 'two' }], {
      'team/*': team(['one', 'two'], { limits: { max_usd: 0.2 } }),
      'work/one': [
        ...costing(call('create_file', { path: 'd.txt', content: 'd\n' }), 80_000, 100),
        ...creates('e.txt', 'e\n'),
      ],
      'work/two': creates('t.txt', 't\n'),
    });
    const driver = await start(script);
    const parked = await follow(driver);
    assert.deepEqual(statuses(parked), { one: 'running', two: 'waiting' });
    assert.deepEqual([asked(parked).ceiling?.scope, asked(parked).agent], ['agent', 'Ada']);
    await driver.decide(asked(parked).approvalId, { decision: 'stop' }, 'test');
    const state = await follow(driver);
    assert.deepEqual(statuses(state), { one: 'failed', two: 'failed' });
    assert.equal(state.error?.code, 'tasks-failed');
  });

  it('on minutes counts work and not the person, cuts nothing, and begins nothing more', async () => {
    let now = Date.UTC(2026, 10, 21);
    const clock = { now: () => new Date(now) };
    const timer = { sleep: (_: number, signal: AbortSignal) => aborted(signal) };
    await open({ ceilings: { maxMinutes: 10 }, time: { clock, timer } });
    const script = scriptOf([{ id: 'add' }], {
      'work/add': [...call('run_command', { command: 'true' }), ...creates('b.txt', 'b\n')],
    });
    const driver = await start(script, {
      inFlight: async (id) => {
        if (id.startsWith('work/')) now += 11 * 60_000;
      },
    });
    driver.start();
    const waiting = await driver.idle();
    now += 20 * 3_600_000;
    const [approval] = openApprovals(waiting);
    assert.equal(approval?.kind, 'plan', 'twenty hours of waiting are no work');
    const state = await follow(driver);
    const { ceiling } = asked(state);
    assert.deepEqual([ceiling?.kind, ceiling?.spent], ['minutes', 11]);
    assert.equal(state.conversations.at(-1)?.turns.length, 1, 'the turn under way was not cut');
    assert.equal(count('command:started'), 0, 'no command is begun');
    await raise(driver, asked(state), 60);
    assert.equal((await follow(driver)).status, 'reviewing');
  });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
