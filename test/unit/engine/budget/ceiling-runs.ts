/** Runs under ceilings: begun with a priced model, followed until one is reached, and what they ever spent at once. */
import assert from 'node:assert/strict';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { tokensOf } from '../../../../src/shared/account.ts';
import type { Decision } from '../../../../src/shared/decision.ts';
import { reduce } from '../../../../src/shared/reduce.ts';
import {
  type ApprovalState,
  openApprovals,
  type RunState,
} from '../../../../src/shared/run-state.ts';
import { pricedProvider } from '../../../support/runs/priced-provider.ts';
import {
  openStage,
  type ScriptInput,
  type Stage,
  type StageOptions,
} from '../../../support/runs/scripted-run.ts';

const usage = (input: number, output: number) => ({ input, output, cacheRead: 0, cacheWrite: 0 });
export type Steps = ScriptInput['conversations'][string];
export const costing = (steps: Steps, input: number, output: number): Steps =>
  steps.map((step) => ({ ...step, usage: usage(input, output) }));

/** To be called in a `describe`. */
export function ceilingRuns() {
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
  return {
    get stage() {
      return stage;
    },
    open,
    follow,
    start,
    asked,
    statuses,
    count,
    raise,
    peak,
    usdOf,
    tokens,
  };
}
