/** What a run will look like once these decisions are in its log: the same fold, ahead of it. */
import { eventVersion } from '../../shared/events.ts';
import type { Instruction } from '../../shared/instruction.ts';
import { reduce } from '../../shared/reduce.ts';
import type { RunState } from '../../shared/run-state.ts';

/** @returns the state itself where nothing can be said ahead */
export function expectedState(state: RunState, instructions: readonly Instruction[]): RunState {
  if (state.status !== 'reviewing') return state;
  const { runId, seq, updatedAt: at } = state;
  let expected = state;
  for (const instruction of instructions) {
    if (instruction.do !== 'decide-change') continue;
    const { do: _, ...which } = instruction;
    const event = { type: 'change:decided', v: eventVersion, runId, at, seq, by: 'you' } as const;
    expected = reduce(expected, { ...event, ...which });
  }
  return expected;
}
