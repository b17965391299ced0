/** What the engine needs from outside: one interface each, implemented on real parts in `node/` and `extension/` and in memory in `test/support/`. */
import type { FileChange } from '../shared/changes.ts';
import type { EventBody, RunEvent } from '../shared/events.ts';
import type { BodyRef, LaneId, RunId } from '../shared/ids.ts';
import type { LeftOut } from '../shared/left-out.ts';
import type { ProcessRef } from '../shared/process-ref.ts';
import type { FileSide } from './apply-port.ts';
import type { Lane } from './lane-ports.ts';
import type { TerminalRules } from './terminal/judge-command.ts';
import type { ParsedLine } from './terminal/parsed-line.ts';

/** Time of day and deadlines. */
export interface Clock {
  now(): Date;
}

export interface Timer {
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Random {
  /** Evenly from 0 to below 1. */
  fraction(): number;
  /** `length` characters of `a-z0-9`, drawn evenly. */
  token(length: number): string;
}

/** The log of one run, open for writing by one process. */
export interface Journal {
  readonly runId: RunId;
  /** Every event so far, in order; events of later versions are left out. */
  read(): Promise<RunEvent[]>;
  /**
   * Appends in order and numbers them.
   * @returns the events as they stand in the log, once they are durable
   * @throws MusterError `storage` when they could not be written; then none of them counts
   */
  append(bodies: readonly EventBody[]): Promise<RunEvent[]>;
  /** Stores a text once, by content. Durable before an event that names it is. */
  putBody(text: string): Promise<BodyRef>;
  /** @throws MusterError `storage` when the body is missing or does not have its hash */
  getBody(ref: BodyRef): Promise<string>;
  /** Gives up the right to write. Reading stays possible. */
  close(): Promise<void>;
}

export type MergeOutcome =
  | { clean: true; head: string }
  /** `tree` holds both sides between conflict markers; `files` are the paths in conflict. */
  | {
      clean: false;
      tree: string;
      files: string[];
      /** A sentence for each conflict: what stands where, and what to do where markers cannot show it. */
      notes?: string[];
    };

/** The shadow repository of a workspace: never writes in the workspace. */
export interface Staging {
  /** The workspace as it is now, as a commit. */
  snapshot(signal: AbortSignal): Promise<{ commit: string; files: number; leftOut: LeftOut[] }>;
  /** Makes or resets the lane's working copy so that it holds exactly `tree`, on top of `base`. */
  openLane(lane: LaneId, at: { base: string; tree?: string }, signal: AbortSignal): Promise<void>;
  closeLane(lane: LaneId): Promise<void>;
  /** The tree of what the lane's working copy holds now, ignored files left out. */
  recordTree(lane: LaneId, signal: AbortSignal): Promise<string>;
  /** A commit of `tree` on `parent`. */
  commit(tree: string, parent: string, message: string): Promise<string>;
  /** Three-way merge of a lane's commit into the head of the run. */
  merge(head: string, commit: string, message: string, signal: AbortSignal): Promise<MergeOutcome>;
  /** Between two commits or trees, in path order; `patch` is a unified diff for reading. */
  diff(
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<{ patch: string; files: FileChange[] }>;
  /** The bytes of a file in a commit or tree; undefined where it does not exist there. */
  readFile(at: string, path: string): Promise<Uint8Array | undefined>;
  /** The same of many files at once, in their order. */
  readFiles(at: string, paths: readonly string[]): Promise<Array<Uint8Array | undefined>>;
  /** A tree like that of `at` but for these files; one without `side` is not in it. */
  replaceFiles(
    at: string,
    files: ReadonlyArray<{ path: string; side?: FileSide }>,
    signal: AbortSignal,
  ): Promise<string>;
  /** The difference for `git apply`, binary files included, byte for byte. */
  patch(from: string, to: string, signal: AbortSignal): Promise<Uint8Array>;
  /** The lane's working copy as tools see it. */
  lane(lane: LaneId): Lane;
}

/** What the judgement on a command stands on. */
export interface Commands {
  parse(line: string): Promise<ParsedLine>;
  rules(): Promise<TerminalRules>;
}

export interface Processes {
  /** Ends what is left of a process group that an earlier process started; resolves when it is gone. */
  end(process: ProcessRef): Promise<void>;
}
