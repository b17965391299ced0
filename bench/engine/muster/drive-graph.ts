/** Runs a graph on the real driver, from an approved plan to the last task. */
import type { Clock, Journal, Staging, Timer } from '../../../src/engine/ports.ts';
import { ModelGate } from '../../../src/engine/run/model-gate.ts';
import { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { Slots } from '../../../src/engine/schedule/slots.ts';
import { systemClock } from '../../../src/node/system-clock.ts';
import { systemTimer } from '../../../src/node/system-timer.ts';
import type { RunEvent } from '../../../src/shared/events.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import type { TaskGraph } from '../task-graph.ts';
import { graphModel, type Playing } from './graph-model.ts';
import { idleStaging } from './idle-staging.ts';

export type Drive = {
  graph: TaskGraph;
  /** Tasks at work at the same time. */
  limit: number;
  journal: Journal;
  playing: Playing;
  staging?: Staging;
  workspace?: string;
  time?: { clock: Clock; timer: Timer };
  /** Called once the plan is approved, before the first task starts. */
  onApproved?(): void;
  onEvents?(events: readonly RunEvent[], state: RunState): void;
};

/** @throws Error when the run ends in anything but a change set without changes */
export async function driveGraph(drive: Drive): Promise<RunState> {
  const { graph, limit, journal, playing, staging = idleStaging, onEvents } = drive;
  const time = drive.time ?? { clock: systemClock, timer: systemTimer };
  const model = graphModel(graph, playing);
  const driver = await RunDriver.begin(
    {
      type: 'workflow:start',
      request: `Do a ${graph.name}.`,
      workspace: drive.workspace ?? '/nowhere',
      provider: model.id,
      models: model.tiers,
      limits: { maxAttempts: 3, approvalHours: 24, maxTasks: 1_000 },
      muster: 'bench',
    },
    {
      journal,
      model,
      staging,
      ...time,
      apply: {
        apply: async () => ({ applied: true, merged: [], unsaved: [] }),
        revert: async () => ({ reverted: [], left: [] }),
        recovered: async () => [],
      },
      commands: { parse: notAsked, rules: notAsked },
      processes: { end: async () => {} },
    },
    {
      slots: new Slots(() => limit),
      gate: new ModelGate({ ...time, random: { fraction: () => 0 } }),
      listener: onEvents ? { onEvents } : {},
    },
  );
  driver.start();
  const [plan] = openApprovals(await driver.idle());
  if (plan?.hash === undefined) throw notDone(driver.state);
  drive.onApproved?.();
  const decision = { decision: 'approve', hash: plan.hash } as const;
  await driver.decide(plan.approvalId, decision, 'bench');
  const state = await driver.idle();
  await driver.close();
  const done = state.tasks.filter((task) => task.status === 'done').length;
  if (state.outcome !== 'nothing-to-apply' || done !== graph.tasks.length) throw notDone(state);
  return state;
}

function notDone(state: RunState): Error {
  return new Error(`The run is ${state.status}: ${state.error?.message ?? 'without an error'}`);
}

async function notAsked(): Promise<never> {
  throw new Error('No task of the bench runs a command');
}
