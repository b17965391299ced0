/** The figures of a run beside its raw counters, at any moment of it. */
import { workMsAt } from './account.ts';
import type { RunState } from './run-state.ts';
import type { Totals } from './totals.ts';

type Economy = Pick<
  Totals,
  'costUsd' | 'unpriced' | 'workMs' | 'speedUp' | 'cacheHitShare' | 'resent' | 'repeated'
>;

/** @param now milliseconds since 1970 */
export function economyOf(state: RunState, now: number): Economy {
  const { run, tasks, byTask, repeated } = state.spending;
  const { input, cacheRead, cacheWrite } = state.usage;
  const allInput = input + cacheRead + cacheWrite;
  const inTasks = workMsAt(tasks, now);
  const ofTasks = byTask.reduce((sum, { account }) => sum + workMsAt(account, now), 0);
  return {
    ...(run.unpriced.length > 0 ? { unpriced: run.unpriced } : { costUsd: run.costUsd }),
    workMs: workMsAt(run, now),
    ...(inTasks > 0 ? { speedUp: ofTasks / inTasks } : {}),
    ...(allInput > 0 ? { cacheHitShare: cacheRead / allInput } : {}),
    resent: state.resent,
    repeated: { requests: state.repeated, usage: repeated },
  };
}
