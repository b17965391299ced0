/** Ceilings of a run: never exceeded, warned of once, asked about, raised or kept. */
import assert from 'node:assert/strict';
import { TaskId } from '../../../../src/shared/ids.ts';
import { pricedProvider } from '../../../support/runs/priced-provider.ts';
import { call, complex, creates, scriptOf } from '../../../support/runs/script-parts.ts';

import { ceilingRuns, costing } from './ceiling-runs.ts';

describe('a ceiling', function () {
  this.timeout(30_000);
  const at = ceilingRuns();
  const { open, follow, start, asked, statuses, count, raise, peak, usdOf, tokens } = at;

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
    const warnings = () => at.stage.events.filter((each) => each.type === 'budget:warning');
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
    await at.stage.host.release(failed.runId);
    const again = await at.stage.host.resume(failed.runId, pricedProvider(script));
    await raise(again, asked(await follow(again)), 10);
    assert.equal((await follow(again)).status, 'reviewing');
  });

  it('waits over a restart, costs nothing meanwhile, and goes on from there', async () => {
    await open({ ceilings: { maxTokens: 9_000 } });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const first = await start(script);
    const parked = await follow(first);
    await at.stage.host.close();
    assert.equal((await at.stage.host.list())[0]?.waiting, true);
    const second = await at.stage.host.resume(parked.runId, pricedProvider(script));
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
    const first = await at.stage.host.start('Do it', {
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
    await at.stage.host.close();
    const second = await at.stage.host.resume(runId, pricedProvider(script));
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
      !at.stage.events.some((each) => each.type === 'agent:invoke' && each.model === 'mystery'),
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
});
