/** Folds the change set: what is to decide, what was decided, and what became of it. */
import { assertNever } from './assert-never.ts';
import type { EventOf } from './events.ts';
import { among, markSince } from './reduce-review.ts';
import type { RunState } from './run-state.ts';

export function foldChanges(
  state: RunState,
  event: EventOf<
    | 'change:ready'
    | 'change:decided'
    | 'change:apply'
    | 'change:refused'
    | 'change:conflict'
    | 'change:applied'
    | 'change:reverted'
    | 'change:recovered'
  >,
): RunState {
  switch (event.type) {
    case 'change:ready': {
      const { earlierDecisions: earlier } = state;
      const { base, head, asBefore = [] } = event;
      const files = event.files.map((file) => withDecisions(file, earlier ?? [], asBefore));
      const marked = earlier ? markSince(files, { earlier, asBefore }) : files;
      return { ...state, changes: { base, head, files: marked } };
    }
    case 'change:decided': {
      if (!state.changes) return state;
      const files = state.changes.files.map((file) =>
        file.path === event.path ? decideHunks(file, event) : file,
      );
      return { ...state, changes: { ...state.changes, files } };
    }
    case 'change:apply': {
      const { refused: _, refusal: __, ...rest } = state;
      return { ...rest, applyRequested: true };
    }
    case 'change:refused': {
      const { refusal: _, ...rest } = state;
      const { files: refused, message } = event;
      const because = message === undefined ? {} : { refusal: message };
      return { ...rest, applyRequested: false, refused, ...because };
    }
    case 'change:conflict': {
      if (!state.changes) return state;
      const known = state.changes.files;
      const files = [
        ...known.flatMap((file) => onNewBase(file, event)),
        ...apartFrom(known, event),
      ];
      return { ...state, changes: { base: event.base, head: event.head, files } };
    }
    case 'change:applied':
      return { ...state, applied: event.files };
    case 'change:reverted':
      return { ...state, reverted: { files: event.files, left: event.left } };
    case 'change:recovered': {
      const { id, kind, outcome, files, foreign } = event;
      const found = { id, kind, outcome, files, foreign };
      return { ...state, recovered: [...(state.recovered ?? []), found] };
    }
    default:
      return assertNever(event);
  }
}

type Reviewed = NonNullable<RunState['changes']>['files'][number];

function withDecisions(
  file: EventOf<'change:ready'>['files'][number],
  earlier: readonly Reviewed[],
  asBefore: readonly string[],
): Reviewed {
  const same = earlier.find((each) => each.path === file.path);
  // A yes to a protected file is for what was seen then.
  const counts = (decision: Reviewed['whole'] | undefined) =>
    decision !== undefined && !(file.protected !== undefined && decision === 'accepted');
  const kept = file.hunks.flatMap(({ id }) => {
    const decision = same?.decisions[id];
    return decision !== undefined && counts(decision) ? [[id, decision] as const] : [];
  });
  const whole = same && asBefore.includes(file.path) && counts(same.whole) ? same.whole : undefined;
  return { ...file, decisions: Object.fromEntries(kept), whole: whole ?? 'undecided' };
}

/** Decisions on hunks that are the same as before stay. */
function onNewBase(file: Reviewed, { files }: EventOf<'change:conflict'>): Reviewed[] {
  const conflict = files.find((each) => each.path === file.path);
  if (!conflict) return [file];
  const { reason, places, change } = conflict;
  if (!change) return [];
  const edited = file.edited && { edited: among(change, file.edited) };
  return [{ ...withDecisions(change, [file], []), ...edited, conflict: { reason, places } }];
}

/** What was one file until it moved on, e.g. the old name of a renamed one. */
function apartFrom(known: readonly Reviewed[], { files }: EventOf<'change:conflict'>): Reviewed[] {
  const paths = new Set(known.map(({ path }) => path));
  return files.flatMap(({ path, reason, places, change }) =>
    change && !paths.has(path)
      ? [{ ...withDecisions(change, [], []), conflict: { reason, places } }]
      : [],
  );
}

function decideHunks(file: Reviewed, event: EventOf<'change:decided'>): Reviewed {
  const ids = event.hunks ?? file.hunks.map((hunk) => hunk.id);
  const decisions = { ...file.decisions };
  for (const id of ids) decisions[id] = event.decision;
  const { confirmed: before, ...rest } = file;
  const confirmed =
    event.decision === 'accepted' ? event.confirmed || before : event.hunks && before;
  const whole = event.hunks ? file.whole : event.decision;
  return { ...rest, decisions, whole, ...(confirmed ? { confirmed } : {}) };
}
