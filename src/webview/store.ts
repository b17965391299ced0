/** The panel's state, folded from what the extension sends; pure, so that it is tested without React. */
import { assertNever } from '../shared/assert-never.ts';
import { parseEvent, type RunEvent } from '../shared/events.ts';
import type { TurnId } from '../shared/ids.ts';
import type { PlanProblem } from '../shared/plan-edit.ts';
import type { Elsewhere, PanelMessage, Readiness, RunSummary } from '../shared/protocol.ts';
import { reduce } from '../shared/reduce.ts';
import type { RunState } from '../shared/run-state.ts';
import { addPiece, type LiveText } from './live-text.ts';

export type EditOutcome = { subject: string; saved: boolean; problems: readonly PlanProblem[] };

export type Problem = { id: number; message: string };

export type PanelState = {
  /** Unknown until the first snapshot. */
  readiness: Readiness | undefined;
  runs: readonly RunSummary[];
  run: RunState | undefined;
  /** Another process executes the run. */
  elsewhere: Elsewhere | undefined;
  /** True from the moment an event was missed until the next snapshot. */
  behind: boolean;
  live: ReadonlyMap<TurnId, LiveText>;
  /** Texts that were fetched, by hash, the newest last. */
  bodies: ReadonlyMap<string, string>;
  problems: readonly Problem[];
  /** What the person pressed and nothing has answered yet; see `intent-keys.ts`. */
  sent: ReadonlySet<string>;
  /** The task that was sent to be started, until its run is there. */
  starting: string | undefined;
  /** What came of the edit that was sent last; `saved` when there are no problems. */
  editResult: EditOutcome | undefined;
  /** Ids of the provider's models, once somebody edits. */
  models: readonly string[];
  /** Changes each time the cursor should go to the composer. */
  compose: { times: number; task: string | undefined };
};

/** What happens in the panel itself. */
export type LocalAction =
  | { type: 'local:compose'; task?: string }
  | { type: 'local:sent'; key: string }
  | { type: 'local:starting'; task: string }
  /** What came of an edit was seen; nothing is to be done about it any more. */
  | { type: 'local:edit-settled' }
  | { type: 'local:dismiss'; id: number }
  | { type: 'local:not-understood' };

export type PanelAction = PanelMessage | LocalAction;

export const initialPanelState: PanelState = {
  readiness: undefined,
  runs: [],
  run: undefined,
  elsewhere: undefined,
  behind: false,
  live: new Map(),
  bodies: new Map(),
  problems: [],
  sent: new Set(),
  starting: undefined,
  editResult: undefined,
  models: [],
  compose: { times: 0, task: undefined },
};

const keptBodies = 60;
const keptProblems = 5;

export function panelReducer(state: PanelState, action: PanelAction): PanelState {
  switch (action.type) {
    case 'snapshot':
      return withSnapshot(state, action);
    case 'event':
      return withEvent(state, action.event);
    case 'runs':
      return { ...state, runs: action.runs };
    case 'text':
      return withText(state, action);
    case 'body':
      return { ...state, bodies: addNewest(state.bodies, action.ref.hash, action.text) };
    case 'edit-result':
      return withEditResult(state, action);
    case 'models':
      return action.runId === state.run?.runId ? { ...state, models: action.ids } : state;
    case 'compose':
    case 'local:compose':
      return withComposer(state, action.task);
    case 'problem':
      return withProblem(state, action.message);
    case 'local:sent':
      return { ...state, sent: new Set([...state.sent, action.key]), editResult: undefined };
    case 'local:starting':
      return { ...state, starting: action.task };
    case 'local:edit-settled':
      return { ...state, editResult: undefined };
    case 'local:dismiss':
      return { ...state, problems: state.problems.filter((each) => each.id !== action.id) };
    case 'local:not-understood':
      return withProblem(
        state,
        'The extension sent something this panel does not understand. Your files and the run are unharmed. Reload the window to bring both to the same version.',
      );
    default:
      return assertNever(action);
  }
}

function withSnapshot(
  state: PanelState,
  { readiness, runs, run, elsewhere }: Extract<PanelMessage, { type: 'snapshot' }>,
): PanelState {
  const sameRun = run !== null && run.runId === state.run?.runId;
  return {
    ...state,
    readiness,
    runs,
    run: run ?? undefined,
    elsewhere: elsewhere ?? undefined,
    behind: false,
    live: sameRun ? stillInFlight(state.live, run) : new Map(),
    bodies: sameRun ? state.bodies : new Map(),
    editResult: sameRun ? state.editResult : undefined,
    models: sameRun ? state.models : [],
    sent: new Set(),
    starting: run === null ? state.starting : undefined,
  };
}

function withEvent(state: PanelState, value: unknown): PanelState {
  const parsed = tryParse(value);
  if (parsed === undefined) return { ...state, behind: true };
  const { seq, runId } = parsed.event;
  const run = state.run;
  if (run === undefined) return seq === 1 && parsed.known ? begun(state, parsed.event) : state;
  if (runId !== run.runId || seq <= run.seq) return state;
  if (seq > run.seq + 1) return { ...state, behind: true };
  if (!parsed.known) return { ...state, run: { ...run, seq } };
  return {
    ...state,
    run: reduce(run, parsed.event),
    live: withoutAnswered(state.live, parsed.event),
    sent: answersIntents(parsed.event) ? new Set() : state.sent,
  };
}

function begun(state: PanelState, event: RunEvent): PanelState {
  if (event.type !== 'workflow:start') return { ...state, behind: true };
  return { ...state, run: reduce(undefined, event), starting: undefined };
}

function tryParse(value: unknown): ReturnType<typeof parseEvent> | undefined {
  try {
    return parseEvent(value);
  } catch {
    // A snapshot holds the same event already folded.
    return undefined;
  }
}

function answersIntents(event: RunEvent): boolean {
  return ['workflow:status', 'change:refused', 'change:reverted'].includes(event.type);
}

function withText(state: PanelState, piece: Extract<PanelMessage, { type: 'text' }>): PanelState {
  if (piece.runId !== state.run?.runId) return state;
  const before = state.live.get(piece.turnId);
  const after = addPiece(before, piece);
  if (after === before) return state;
  return { ...state, live: new Map(state.live).set(piece.turnId, after) };
}

function withEditResult(
  state: PanelState,
  { runId, subject, problems }: Extract<PanelMessage, { type: 'edit-result' }>,
): PanelState {
  if (runId !== state.run?.runId) return state;
  const editResult = { subject, saved: problems.length === 0, problems };
  return { ...state, editResult, sent: new Set() };
}

function withComposer(state: PanelState, task: string | undefined): PanelState {
  return {
    ...state,
    run: undefined,
    live: new Map(),
    sent: new Set(),
    compose: { times: state.compose.times + 1, task },
  };
}

function withProblem(state: PanelState, message: string): PanelState {
  const id = (state.problems.at(-1)?.id ?? 0) + 1;
  const others = state.problems.filter((each) => each.message !== message);
  return {
    ...state,
    problems: [...others, { id, message }].slice(-keptProblems),
    sent: new Set(),
    starting: undefined,
  };
}

function withoutAnswered(
  live: ReadonlyMap<TurnId, LiveText>,
  event: RunEvent,
): ReadonlyMap<TurnId, LiveText> {
  if (event.type !== 'agent:answer' || !live.has(event.turnId)) return live;
  const rest = new Map(live);
  rest.delete(event.turnId);
  return rest;
}

function stillInFlight(
  live: ReadonlyMap<TurnId, LiveText>,
  run: RunState,
): ReadonlyMap<TurnId, LiveText> {
  const inFlight = new Set(run.conversations.map((each) => each.inFlight));
  return new Map([...live].filter(([turnId]) => inFlight.has(turnId)));
}

function addNewest(
  bodies: ReadonlyMap<string, string>,
  hash: string,
  text: string,
): ReadonlyMap<string, string> {
  const others = [...bodies].filter(([each]) => each !== hash);
  return new Map([...others, [hash, text] as const].slice(-keptBodies));
}
