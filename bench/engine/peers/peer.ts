/** What a peer can be asked to do, so that all of them are driven in the same way. */
import type { TaskGraph } from '../task-graph.ts';

export type PeerRun = {
  ms: number;
  /** Writes that the peer made durable, each by a commit of its own. */
  commits: number;
};

export type Peer = {
  name: string;
  version: string;
  /** How it is driven, in a few words for the report. */
  how: string;
  /**
   * Runs every task as three durable steps: start, answer, complete.
   * @param folder for its database
   */
  runDurably(graph: TaskGraph, folder: string): Promise<PeerRun>;
  /**
   * Runs every task as one step that waits for `work`, at most `limit` at the same time.
   * @param folder for its database; without one it keeps everything in memory
   * @returns milliseconds
   */
  runLimited(
    graph: TaskGraph,
    limit: number,
    work: (duration: number) => Promise<void>,
    folder?: string,
  ): Promise<number>;
};
