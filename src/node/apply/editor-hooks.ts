/** What only an editor can do for an apply: edit documents with unsaved changes, and use the trash. */

export type OpenText = {
  /** Relative to the workspace, with `/`. */
  path: string;
  /** What saving would write, to the byte. */
  bytes: Uint8Array;
};

export type BufferEdit = { path: string; before: Uint8Array; after: Uint8Array };

/** Text documents that hold what is not on the disk. They are edited and stay unsaved. */
export interface Buffers {
  unsaved(): Promise<OpenText[]>;
  /**
   * All or none.
   * @throws MusterError `apply-failed` when a document no longer holds `before`, or cannot hold
   *   exactly `after`
   */
  edit(edits: readonly BufferEdit[]): Promise<void>;
}

/** Takes a file out of sight so that the person can get it back; false where there is no trash. */
export type Trash = (file: string) => Promise<boolean>;
