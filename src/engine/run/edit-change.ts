/** Takes the person's edit of a proposed file: what there is to decide in it is worked out anew. */
import { type FileChange, proposedMode, type ReviewedFile } from '../../shared/changes.ts';
import type { EventBody } from '../../shared/events.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Staging } from '../ports.ts';
import { diffAsPaired } from '../review/diff-as-paired.ts';
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

type EditContext = Pick<RunContext, 'state'> & { ports: Pick<RunContext['ports'], 'staging'> };

/**
 * @returns the event of it, to be asked for on the state as it is when it is appended
 * @throws MusterError `wrong-decision` when the file cannot be edited now
 */
export async function prepareChangeEdit(
  { state, ports: { staging } }: EditContext,
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

/** What it is paired with stays: only its own text was edited, whatever that looks like now. */
async function stageEdit(
  staging: Staging,
  { path, head, began }: ChangeEdit & { began: Editable },
  signal: AbortSignal,
): Promise<{ change: FileChange | undefined; runHead: string }> {
  const trees = { base: began.changes.base, head };
  const paired = await diffAsPaired(staging, trees, { files: [began.file], signal });
  const own = paired.filter((each) => each !== undefined);
  const [change] = await markProtected(staging, trees, own);
  const bytes = await staging.readFile(head, path);
  const mode = change?.headMode ?? proposedMode(began.file);
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
