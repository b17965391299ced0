/** What the engine needs to write accepted changes into the workspace, and to take them back. */

/** A file as it stands somewhere: its bytes, and its git mode. */
export type FileSide = { bytes: Uint8Array; mode: string };

/** One file to be written: `before` and `after` are its bytes, undefined where it does not exist. */
export type FileWrite = {
  path: string;
  before?: Uint8Array;
  after?: Uint8Array;
  /** Where `before` stands, for a file that is renamed to `path`. */
  renamedFrom?: string;
  /** git modes: `100644`, `100755` or `120000` (the bytes are the link's target). */
  beforeMode?: string;
  afterMode?: string;
  /** All that was proposed, where `after` is the part that was accepted; `{}` for a deletion. */
  proposal?: Partial<FileSide>;
  /** Where `before` is newer than what the proposal was made from: `after` fits on this as well. */
  origin?: Partial<FileSide>;
  /** The person has said yes to this file by itself; without it a protected file is refused. */
  confirmed?: boolean;
};

export type Refusal = { path: string; reason: string };

/** A file that moved on in places that were accepted. */
export type Conflict = Refusal & {
  /** As it stands in the workspace; absent where it was deleted. */
  now?: FileSide;
  /** The whole proposal on top of that; absent where it is a deletion. */
  proposed?: FileSide;
  /** The old name of a renamed file, and what stands there; the proposal is made from that. */
  from?: { path: string; now?: FileSide };
};

export type ApplyOutcome =
  /** `merged` and `unsaved` name the files that were merged, and those edited as documents. */
  | { applied: true; merged: string[]; unsaved: string[] }
  | { applied: false; refused: Refusal[]; conflicts: Conflict[] };

export type RevertOutcome = {
  /** Files that are as they were before the run, but for what the person changed since. */
  reverted: string[];
  /** Files that were left as they are. */
  left: Refusal[];
};

/** An apply or revert of this run whose process died, ended by a later start. */
export type RecoveredApply = {
  id: string;
  kind: 'apply' | 'revert';
  /** All of it is in the workspace, or nothing is. */
  outcome: 'applied' | 'rolled-back';
  files: string[];
  /** Changed by somebody else meanwhile, and left as they are. */
  foreign: string[];
};

/** Writes what a run changed into the workspace, and takes it back: all of it or none. */
export interface Apply {
  /**
   * Merges what was accepted with what the files are now, keeps what is replaced, writes temporary
   * files, renames, and rolls back if anything fails. Nothing is written when one file is refused
   * or in conflict.
   * @throws MusterError `apply-failed` when it had to roll back; the workspace is as it was
   */
  apply(writes: readonly FileWrite[], signal: AbortSignal): Promise<ApplyOutcome>;
  /**
   * Takes back what the run applied, merged with what was changed since; what conflicts is left.
   * @throws MusterError `apply-failed` as above, `not-found` when what it replaced is not kept
   */
  revert(signal: AbortSignal): Promise<RevertOutcome>;
  /** What earlier starts had to end, oldest first. */
  recovered(): Promise<RecoveredApply[]>;
}
