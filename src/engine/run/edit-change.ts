/** Takes the person's edit of a proposed file: what there is to decide in it is worked out anew. */
import type { FileChange, ReviewedFile } from '../../shared/changes.ts';
import type { EventBody } from '../../shared/events.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Staging } from '../ports.ts';
import { markProtected } from '../review/mark-protected.ts';
import type { RunContext } from './run-context.ts';

type ChangeEdit = {
  path: string;
  /** The proposal that was edited; another by now means that somebody else edited it. */
  basedOn: string;
  /** A tree like it but for this file. */
  head: string;
  by: string;
};

/**
 * @returns the event of it, to be asked for on the state as it is when it is appended
 * @throws MusterError `wrong-decision` when the file cannot be edited now
 */
export async function prepareChangeEdit(
  { state, ports: { staging } }: RunContext,
  edit: ChangeEdit,
  signal: AbortSignal,
): Promise<(state: RunState) => EventBody[]> {
  const { path, basedOn, head, by } = edit;
  const began = requireEditable(state(), path, basedOn);
  const { change, runHead } = await stageEdit(staging, { ...edit, began }, signal).catch(notStaged);
  return (now) => {
    const { file } = requireEditable(now, path, basedOn);
    const edited = change ? editedHunks(file, change) : [];
    return [{ type: 'change:edited', path, head, runHead, ...(change && { change }), edited, by }];
  };
}

async function stageEdit(
  staging: Staging,
  { path, head, began }: ChangeEdit & { began: Editable },
  signal: AbortSignal,
): Promise<{ change: FileChange | undefined; runHead: string }> {
  const { base } = began.changes;
  const { files } = await staging.diff(base, head, signal);
  const own = files.filter((each) => each.path === path);
  const [change] = await markProtected(staging, { base, head }, own);
  const bytes = await staging.readFile(head, path);
  const mode = change?.headMode ?? began.file.headMode ?? '100644';
  const side = bytes && { side: { bytes, mode } };
  const runTree = await staging.replaceFiles(began.runHead, [{ path, ...side }], signal);
  const runHead = await staging.commit(runTree, began.runHead, `Edited by the person: ${path}`);
  return { change, runHead };
}

/** An edit whose staged text is lost is refused; the run and its review go on. */
function notStaged(error: unknown): never {
  if (!isMusterError(error) || error.code !== 'staging') throw error;
  throw new MusterError(
    'wrong-decision',
    `Your edit was not taken in: ${error.userMessage} Your text is kept in the editor.`,
    { cause: error },
  );
}

/** Ids name what a hunk changes: one that was not there before holds what the person wrote. */
function editedHunks(before: ReviewedFile, { hunks }: FileChange): string[] {
  const proposed = new Set(before.hunks.map((hunk) => hunk.id));
  for (const id of before.edited ?? []) proposed.delete(id);
  return hunks.flatMap(({ id }) => (proposed.has(id) ? [] : [id]));
}

type Editable = {
  changes: NonNullable<RunState['changes']>;
  file: ReviewedFile;
  runHead: string;
};

function requireEditable(
  { status, changes, head: runHead }: RunState,
  path: string,
  basedOn: string,
): Editable {
  const file = changes?.files.find((each) => each.path === path);
  if (status !== 'reviewing' || !changes || runHead === undefined) {
    throw refused(
      `The run is ${status}; its changes cannot be edited now. Your text is kept in the editor.`,
    );
  }
  if (!file) throw refused(`${path} is not in the change set. Your text is kept in the editor.`);
  if (changes.head !== basedOn) {
    throw refused(
      `The changes were edited in another place meanwhile. Your text is kept in the editor; save it again.`,
    );
  }
  return { changes, file, runHead };
}

function refused(message: string): MusterError {
  return new MusterError('wrong-decision', message);
}
