/** What the steps of a run work with: the state as it is now, the ports, and the run's lanes. */
import type { EventBody } from '../../shared/events.ts';
import { type CallId, type LaneId, LaneId as LaneIdSchema, type TurnId } from '../../shared/ids.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Apply } from '../apply-port.ts';
import type { Pricing } from '../budget/reservation.ts';
import type { CommandOutcome } from '../lane-ports.ts';
import type { ModelProvider } from '../model-port.ts';
import type { Clock, Commands, Journal, Processes, Staging, Timer } from '../ports.ts';
import type { ModelGate } from './model-gate.ts';

export type EnginePorts = {
  journal: Journal;
  model: ModelProvider;
  staging: Staging;
  apply: Apply;
  processes: Processes;
  commands: Commands;
  clock: Clock;
  timer: Timer;
};

/** A streamed piece of a model's words: no event, no `seq`; `offset` counts UTF-16 units of the turn. */
export type TextPiece = { conversationId: string; turnId: TurnId; offset: number; text: string };

/** What a command prints while it runs, for those who watch: no event, nothing keeps it. */
export type OutputPiece = { agent: string; callId: CallId } & (
  | { kind: 'start'; line: string }
  | { kind: 'output'; text: string }
  | { kind: 'end'; exitCode: number | null; ended: CommandOutcome['ended']; ms: number }
);

export type RunContext = {
  ports: EnginePorts;
  gate: ModelGate;
  state(): RunState;
  /** What to append may be decided on the state as it is when its turn comes. */
  append(events: readonly EventBody[] | ((state: RunState) => readonly EventBody[])): Promise<void>;
  emitText(piece: TextPiece): void;
  emitOutput(piece: OutputPiece): void;
  /** Opens the lane once in this process, as the log says that it must be. */
  enterLane(lane: LaneId): Promise<void>;
  /** Gives its working copy to the next lane; entering it again makes it anew. */
  leaveLane(lane: LaneId): void;
};

/** By the provider that is asked now, which need not be the one that the run began with. */
export function pricingOf({ model, clock }: Pick<EnginePorts, 'model' | 'clock'>): Pricing {
  const { id: provider, usualMaxOutputTokens: most } = model;
  const now = clock.now().getTime();
  return { provider, now, ...(most === undefined ? {} : { usualMaxOutputTokens: most }) };
}

/** The lane at the snapshot, in which planner and assistant look around. */
export const exploreLane = LaneIdSchema.parse('explore-snapshot');

/** At the run head, for the final check of it. */
export function finalCheckLane(round: number): LaneId {
  return LaneIdSchema.parse(`final-check-${round}`);
}

/**
 * Memoizes the opening of lanes. A lane that was open in an earlier process is reset to the last
 * tree that the log holds, so that what was under way when it died leaves no trace.
 */
export function laneOpener(
  staging: Staging,
  state: () => RunState,
  signal: AbortSignal,
): Pick<RunContext, 'enterLane' | 'leaveLane'> {
  const open = new Map<LaneId, Promise<void>>();
  return {
    enterLane(lane) {
      const known = open.get(lane);
      if (known) return known;
      const opening = staging.openLane(lane, placeOf(state(), lane), signal);
      open.set(lane, opening);
      opening.catch(() => open.delete(lane));
      return opening;
    },
    leaveLane(lane) {
      open.delete(lane);
      // What cannot be put away now is put away when the run ends.
      staging.closeLane(lane).catch(() => {});
    },
  };
}

function placeOf(state: RunState, lane: LaneId): { base: string; tree?: string } {
  const task = state.tasks.find((each) => each.laneId === lane);
  if (task?.base !== undefined) {
    return task.tree === undefined ? { base: task.base } : { base: task.base, tree: task.tree };
  }
  if (lane.startsWith('final-check-') && state.head !== undefined) return { base: state.head };
  if (!state.snapshot) throw new Error(`Lane ${lane} was used before the snapshot`);
  return { base: state.snapshot.commit };
}
