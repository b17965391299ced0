/** A window that looks on: it sees a run live, decides, and takes over when the owner dies, never when it let go on purpose. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import type { LeaseState } from '../../../../src/node/database/lease-table.ts';
import { followOrTakeOver } from '../../../../src/node/follow-or-take-over.ts';
import type { RunHost } from '../../../../src/node/run-host.ts';
import { systemTimer } from '../../../../src/node/system-timer.ts';
import type { RunEvent } from '../../../../src/shared/events.ts';
import { openApprovals, type RunState } from '../../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, type Stage } from '../../../support/runs/scripted-run.ts';
import { heldTime } from '../../../support/time/held-time.ts';
import { waitUntil } from '../../../support/workbench/wait-until.ts';

const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
const working = scriptOf([{ id: 'add' }], {
  'work/add': [...call('run_command', { command: 'sleep 60' }), ...finish],
});

describe('a window that looks on', function () {
  this.timeout(30_000);
  let stage: Stage;
  let stop: AbortController;
  beforeEach(() => {
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort(new Error('The test is over'));
    await stage.close();
  });

  const begin = async (of = script): Promise<RunDriver> => {
    const driver = await stage.host.start('Do it', stage.provider(of));
    driver.start();
    await driver.idle();
    return driver;
  };
  const approve = async (driver: RunDriver) => {
    const [open] = openApprovals(driver.state);
    assert.ok(open);
    const { approvalId, hash = '' } = open;
    await driver.decide(approvalId, { decision: 'approve', hash }, 'test');
  };
  /** Looks on from another window; `seen` resolves when the state is so. */
  const lookOn = (
    host: RunHost,
    { state: { runId } }: RunDriver,
    after = stage.provider(script),
  ) => {
    const events: RunEvent[] = [];
    const leases: LeaseState['is'][] = [];
    let now: RunState | undefined;
    let wake = () => {};
    const taken = followOrTakeOver(
      {
        host,
        timer: systemTimer,
        random: { fraction: () => 0, token: () => 'x' },
        provider: async () => after,
        onEvents(appended, state) {
          events.push(...appended);
          now = state;
          wake();
        },
        onLease(lease) {
          leases.push(lease.is);
          wake();
        },
      },
      runId,
      stop.signal,
    );
    taken.catch(() => {});
    const seen = async (holds: () => boolean) => {
      while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { events, leases, taken, seen, state: () => now };
  };
  /** Resolves when what is appended to a run, by whomever, has made it so. */
  const told = (host: RunHost, state: RunState, holds: (state: RunState) => boolean) =>
    host.follow(state, { onEvents: () => {}, onLease: () => {}, until: holds }, stop.signal);
  /** Resolves when whoever looks on has seen that nobody holds a run, and goes on looking. */
  const leftAlone = (host: RunHost) =>
    new Promise<'left alone'>((resolve) => {
      const follow = host.follow.bind(host);
      host.follow = (state, how, signal) => {
        const until: typeof how.until = (now, lease) => {
          const ends = how.until(now, lease);
          if (!ends && lease.is === 'abandoned') resolve('left alone');
          return ends;
        };
        return follow(state, { ...how, until }, signal);
      };
    });
  /** As if the process were gone; it still believes to have the run. */
  const bury = () => {
    const sqlite = new DatabaseSync(databaseFile(stage.host.stateFolder), { timeout: 5_000 });
    sqlite.exec("UPDATE leases SET process_start = 'before'");
    sqlite.close();
  };

  it('sees every event once, in order, as it is appended', async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
    const driver = await begin();
    const at = driver.state.seq;
    const { events, leases, seen, state } = lookOn((await stage.another()).host, driver);
    await seen(() => leases.includes('held'));
    await approve(driver);
    await seen(() => state()?.status === 'reviewing');
    assert.deepEqual(
      events.map((event) => event.seq),
      events.map((_, index) => at + 1 + index),
    );
    assert.deepEqual(state(), driver.state);
  });

  it('takes a run over that was at work when its owner died, once, though two look on', async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
    const driver = await begin(working);
    const [one, two] = [await stage.another(), await stage.another()];
    const looking = [one, two].map(({ host }) => lookOn(host, driver));
    for (const { leases, seen } of looking) await seen(() => leases.includes('held'));
    await approve(driver);
    await driver.idle((state) => openApprovals(state).length > 0);
    while (openApprovals(driver.state).length === 0) {
      await driver.idle((state) => openApprovals(state).length > 0);
    }
    const [command] = openApprovals(driver.state);
    assert.ok(command);
    await driver.decide(command.approvalId, { decision: 'allow-once' }, 'test');
    await Promise.all(
      looking.map(({ seen, events }) =>
        seen(() => events.some((event) => event.type === 'command:started')),
      ),
    );
    bury();
    const taken = await Promise.race(looking.map((each) => each.taken));
    const owners = [one.host, two.host].filter((host) => host.driver(taken.state.runId));
    assert.equal(owners.length, 1);
    taken.start();
    // The command that its owner ran changed nothing, and is not run again.
    const { outcome, tasks } = await taken.idle();
    assert.deepEqual([outcome, tasks[0]?.status], ['nothing-to-apply', 'done']);
    const letGo = async () => stage.host.driver(taken.state.runId) === undefined || undefined;
    await waitUntil(letGo, {
      what: 'the former owner to let go',
      timeoutMs: 10_000,
      intervalMs: 20,
    });
  });

  it('leaves alone what waits for a person, and what was let go of on purpose', async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
    const driver = await begin();
    const { runId } = driver.state;
    const { host } = await stage.another();
    const left = leftAlone(host);
    const { leases, seen, taken } = lookOn(host, driver);
    await seen(() => leases.includes('held'));
    bury();
    const first = await Promise.race([taken, left]);
    assert.equal(first, 'left alone', 'nobody takes over what only waits');
    assert.deepEqual(leases, ['held', 'abandoned']);
    assert.equal((await stage.host.state(runId)).status, 'awaiting-approval');
  });

  it('is told of a deadline although nobody executes the run', async () => {
    const time = heldTime();
    stage = await openStage({ files: { 'a.txt': 'one\n' }, time });
    const driver = await begin();
    const { runId } = driver.state;
    await stage.host.rest(runId);
    assert.deepEqual(await stage.host.leaseOf(runId), { is: 'free' });
    time.advance(23.5 * 3_600_000);
    const { host } = await stage.another();
    // The window that let go of the run keeps its deadlines, too: either may be writing just now.
    const comes = async (mark: 'warned' | 'lapsed') =>
      told(host, await host.state(runId), ({ approvals }) => approvals[0]?.[mark] === true);
    await comes('warned');
    time.advance(3_600_000);
    await comes('lapsed');
    const [asked] = (await host.state(runId)).approvals;
    assert.ok(asked?.lapsed);
    const decision = { decision: 'approve', hash: asked.hash ?? '' } as const;
    const provider = async () => stage.provider(script);
    await assert.rejects(
      host.instruct(runId, [{ do: 'decide', approvalId: asked.approvalId, decision }], {
        by: 'late',
        provider,
      }),
      /lapsed without a decision/,
    );
    const again = await host.instruct(runId, [{ do: 'continue' }], { by: 'me', provider });
    assert.equal(again?.state.approvals[0]?.lapsed, undefined);
  });

  it('keeps the deadlines of what rests, by a clock that jumps a day on', async () => {
    const time = heldTime();
    stage = await openStage({ files: { 'a.txt': 'one\n' }, time });
    const driver = await begin();
    await stage.host.rest(driver.state.runId);
    const looked = time.nextSleep();
    time.advance(-24 * 3_600_000);
    await looked;
    const before = await stage.host.state(driver.state.runId);
    assert.equal(stage.events.filter((event) => event.type.startsWith('approval:')).length, 1);
    time.advance(48 * 3_600_000);
    await told(stage.host, before, ({ approvals }) => approvals[0]?.lapsed === true);
    assert.ok(stage.events.some((event) => event.type === 'approval:lapsed'));
  });
});
