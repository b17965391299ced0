/** Holds the draft of a plan while the person edits it, over incoming events and a reload of the panel. */
import {
  type Dispatch,
  type SetStateAction,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { PlanDraft } from '../shared/edit-draft.ts';
import type { ApprovalState, RunState } from '../shared/run-state.ts';
import { usePanel, usePanelState, useSent, useText } from './panel-hooks.ts';
import { draftOf, parseDraft, proposalOf, type Shown, standingOf } from './plan-draft.ts';
import type { EditOutcome } from './store.ts';

export type PlanEditing = {
  /** Undefined while nobody edits. */
  draft: PlanDraft | undefined;
  /** Saving would change something. */
  unsaved: boolean;
  /** Somebody else's edit came in between. */
  stale: boolean;
  saving: boolean;
  problems: EditOutcome['problems'];
  begin(): void;
  /** Goes on with the draft as an edit of what is shown now. */
  keepMine(): void;
  change: ChangeDraft;
  save(): void;
  discard(): void;
};

export type ChangeDraft = (change: (draft: PlanDraft) => PlanDraft) => void;

const keepMs = 300;

export function usePlanDraft(run: RunState, { approvalId, hash }: ApprovalState): PlanEditing {
  const panel = usePanel();
  const { runId, plan, team, models } = run;
  const shown = useMemo<Shown | undefined>(
    () =>
      plan && team && hash !== undefined ? { plan: plan.plan, team: team.team, hash } : undefined,
    [plan, team, hash],
  );
  // Ids of approvals are the same in every run, and the last words may be kept after another is shown.
  const [draft, setDraft, keepNow] = useKeptDraft(`plan-draft:${runId}:${approvalId}`);
  const saveKey = `edit:${approvalId}`;
  const saving = useSent(saveKey);
  const outcome = usePanelState().editResult;
  const own = outcome?.subject === approvalId ? outcome : undefined;
  useEffect(() => {
    if (!own?.saved) return;
    setDraft(undefined);
    panel.act({ type: 'local:edit-settled' });
  }, [own, panel, setDraft]);
  const editing = draft !== undefined;
  useEffect(() => {
    if (editing) panel.send({ type: 'list-models', runId });
  }, [editing, panel, runId]);
  const change = useCallback<ChangeDraft>(
    (next) => setDraft((before) => before && next(before)),
    [setDraft],
  );
  const standing = useMemo(
    () => (draft && shown ? standingOf(draft, shown, models) : 'unchanged'),
    [draft, shown, models],
  );
  useEffect(() => {
    if (standing === 'settled') setDraft(undefined);
  }, [standing, setDraft]);
  return {
    draft,
    unsaved: standing === 'unsaved' || standing === 'stale',
    stale: standing === 'stale' && !saving,
    saving,
    problems: draft === undefined ? [] : (own?.problems ?? []),
    begin() {
      if (shown) setDraft(draftOf(shown));
    },
    keepMine() {
      if (shown) setDraft((before) => before && { ...before, basedOn: shown.hash });
    },
    change,
    save() {
      if (!draft) return;
      keepNow();
      const { basedOn } = draft;
      panel.sendOnce(saveKey, {
        type: 'edit-plan',
        runId,
        approvalId,
        basedOn,
        ...proposalOf(draft),
      });
    },
    discard() {
      setDraft(undefined);
      if (own) panel.act({ type: 'local:edit-settled' });
    },
  };
}

type SetDraft = Dispatch<SetStateAction<PlanDraft | undefined>>;

/** Written down a moment after the last change: a large plan is too much for every key. */
function useKeptDraft(key: string): [PlanDraft | undefined, SetDraft, () => void] {
  const [stored, store] = useText(key);
  const [draft, setDraft] = useState(() => parseDraft(stored));
  const keep = useRef(() => {});
  keep.current = () => {
    const text = draft === undefined ? '' : JSON.stringify(draft);
    if (text !== (stored ?? '')) store(text);
  };
  useEffect(() => {
    if (draft === undefined) {
      keep.current();
      return;
    }
    const timer = setTimeout(() => keep.current(), keepMs);
    return () => clearTimeout(timer);
  }, [draft]);
  useEffect(() => () => keep.current(), []);
  const keepNow = useCallback(() => keep.current(), []);
  return [draft, setDraft, keepNow];
}
