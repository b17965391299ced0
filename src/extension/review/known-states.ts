/** The runs as the review shows them: as they are known, with what the person just decided ahead of the log. */
import { eventVersion } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import type { Instruction } from '../../shared/instruction.ts';
import { reduce } from '../../shared/reduce.ts';
import type { RunState } from '../../shared/run-state.ts';

type Batch = readonly Instruction[];

export class KnownStates {
  readonly #known = new Map<RunId, RunState>();
  readonly #ahead = new Map<RunId, readonly Batch[]>();
  readonly #shown = new Map<RunId, RunState>();

  get shown(): ReadonlyMap<RunId, RunState> {
    return this.#shown;
  }

  /** @returns the run as it is shown from now on; one that was known further already stays */
  set(state: RunState): RunState {
    const known = this.#known.get(state.runId);
    if (!known || known.seq <= state.seq) this.#known.set(state.runId, state);
    return this.#show(state.runId) ?? state;
  }

  /** @returns ends the expectation: the decisions are in what is known, or did not count */
  expect(runId: RunId, decisions: Batch): () => void {
    this.#ahead.set(runId, [...(this.#ahead.get(runId) ?? []), decisions]);
    this.#show(runId);
    return () => {
      const left = (this.#ahead.get(runId) ?? []).filter((each) => each !== decisions);
      this.#ahead.set(runId, left);
      this.#show(runId);
    };
  }

  #show(runId: RunId): RunState | undefined {
    const known = this.#known.get(runId);
    if (!known) return undefined;
    const shown = (this.#ahead.get(runId) ?? []).reduce(afterAll, known);
    this.#shown.set(runId, shown);
    return shown;
  }
}

/** The same fold as that of the log, ahead of it. */
function afterAll(state: RunState, decisions: Batch): RunState {
  if (state.status !== 'reviewing') return state;
  const { runId, seq, updatedAt: at } = state;
  let expected = state;
  for (const instruction of decisions) {
    if (instruction.do !== 'decide-change') continue;
    const { do: _, ...which } = instruction;
    const event = { type: 'change:decided', v: eventVersion, runId, at, seq, by: 'you' } as const;
    expected = reduce(expected, { ...event, ...which });
  }
  return expected;
}
