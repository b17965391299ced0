/** What a run leaves outside its log: commands of an owner that died, and working copies once it has ended. */
import type { RunState } from '../../shared/run-state.ts';
import { type EnginePorts, exploreLane, finalCheckLane } from './run-context.ts';

/** Before a lane is reset: what an earlier process left running would go on writing into it. */
export async function endLeftCommands(state: RunState, { processes }: EnginePorts): Promise<void> {
  const left = state.conversations
    .flatMap((each) => each.turns.at(-1)?.calls ?? [])
    .flatMap((call) => (call.process ? [call.process] : []));
  await Promise.all(left.map((each) => processes.end(each)));
}

/** Of a run that has ended. */
export async function closeLanes(state: RunState, { staging }: EnginePorts): Promise<void> {
  const { tasks, conversations, finalChecks } = state;
  const lanes = [...tasks, ...conversations].flatMap((each) => each.laneId ?? []);
  const checks = finalChecks.map((each) => finalCheckLane(each.round));
  const closing = [...new Set([exploreLane, ...checks, ...lanes])].map((lane) =>
    staging.closeLane(lane),
  );
  // A working copy that cannot be removed now is swept with the next run.
  await Promise.allSettled(closing);
}
