/** What the engine needs from outside: one interface each, implemented on real parts in `node/` and `extension/` and in memory in `test/support/`. */
import type { FileChange } from '../shared/changes.ts';
import type { EventBody, LeftOut, ProcessRef, RunEvent } from '../shared/events.ts';
import type { BodyRef, LaneId, RunId, TurnId } from '../shared/ids.ts';
import type { Usage } from '../shared/usage.ts';

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

// --- models ---------------------------------------------------------------------------------

/** A tool as the model sees it. `inputSchema` is JSON Schema; key order is kept, byte for byte. */
export type ToolSpec = {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
  /** The service holds the model to the schema where it can. */
  strict: boolean;
};

export type ToolResultBlock = {
  type: 'tool_result';
  /** The provider's id of the call. */
  providerId: string;
  content: string;
  isError: boolean;
};

export type UserBlock = { type: 'text'; text: string } | ToolResultBlock;

/** `content` of an assistant message is the provider's own, and goes back exactly as it came. */
export type Message =
  | { role: 'user'; content: UserBlock[] }
  | { role: 'assistant'; content: unknown[] };

export type TurnRequest = {
  turnId: TurnId;
  /** Tells apart the conversations of a run, e.g. for caching. */
  conversationId: string;
  model: string;
  system: string;
  tools: ToolSpec[];
  /** Append-only over the turns of one conversation. */
  messages: Message[];
  maxOutputTokens?: number;
};

export type TurnAnswer = {
  /** The provider's blocks, to be sent back as they are; JSON values only. */
  content: unknown[];
  /** What the model said in words, joined. */
  text: string;
  calls: Array<{ providerId: string; name: string; input: unknown }>;
  stop: 'end' | 'tools' | 'length' | 'refusal';
  usage: Usage;
  /** The model that answered. */
  model: string;
};

export type ModelInfo = {
  id: string;
  displayName: string;
  maxOutputTokens?: number;
};

export interface ModelProvider {
  /** The setting's word for it, e.g. `anthropic`. */
  readonly id: string;
  /** The model that each tier stands for. */
  readonly tiers: Record<'smart' | 'balanced' | 'fast', string>;
  /** The most output tokens that it asks for where a request sets none; ceilings reserve them. */
  readonly usualMaxOutputTokens?: number;
  /** @throws MusterError `model-auth`, `model-unreachable`, `model` */
  listModels(signal: AbortSignal): Promise<ModelInfo[]>;
  /**
   * One request and its whole answer; `onText` gets the words as they come.
   * @throws MusterError `model-auth` (no key, wrong key), `model-unreachable`, `model-refused`
   *   (the service rejects the request), `model-limit` (rate or overload; `retryAfterMs` where the
   *   service says how long), `model`, each with `usage` where a try was billed; an abort rejects with the signal's reason. One request is one
   *   try: retries are the engine's
   */
  streamTurn(
    request: TurnRequest,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<TurnAnswer>;
}

// --- staging --------------------------------------------------------------------------------

export type MergeOutcome =
  | { clean: true; head: string }
  /** `tree` holds both sides between conflict markers; `files` are the paths in conflict. */
  | { clean: false; tree: string; files: string[] };

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

export interface Lane {
  readonly files: Files;
  readonly search: Search;
  readonly shell: Shell;
}

export type FileEntry = { path: string; kind: 'file' | 'directory' | 'symlink'; bytes: number };

/**
 * Files of a lane. Paths are relative to its root, with `/`. Every method goes through the path
 * guard and throws MusterError `path-refused` for what leads out, `not-found`, `not-a-file`.
 */
export interface Files {
  /** All files below `path`, in path order, without `.git` and ignored ones, at most `limit`. */
  list(
    path: string,
    options: { glob?: string; limit: number },
    signal: AbortSignal,
  ): Promise<{ entries: FileEntry[]; more: boolean }>;
  read(path: string): Promise<Uint8Array>;
  exists(path: string): Promise<boolean>;
  /** Through a temporary file that is renamed into place; parents are made, the mode is kept. */
  write(path: string, content: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
}

export type SearchMatch = { path: string; line: number; text: string };

export interface Search {
  /** Lines that match, in path order, at most `limit`. A bad pattern throws MusterError `bad-input`. */
  find(
    query: { pattern: string; regex: boolean; glob?: string; context: number; limit: number },
    signal: AbortSignal,
  ): Promise<{ matches: SearchMatch[]; more: boolean }>;
}

export type CommandOutcome = {
  /** null when it was ended by a signal. */
  exitCode: number | null;
  ended: 'exit' | 'timeout' | 'cancelled' | 'not-started';
  /** Standard output and error as they came, the middle cut out past `maxBytes`. */
  output: string;
  cutBytes: number;
  ms: number;
};

export type ShellCommand = {
  line: string;
  timeoutMs: number;
  maxBytes: number;
  /** Awaited before the command does anything; if it rejects, the command does not run. */
  onStart?: (process: ProcessRef) => Promise<void>;
};

export interface Processes {
  /** Ends what is left of a process group that an earlier process started; resolves when it is gone. */
  end(process: ProcessRef): Promise<void>;
}

export interface Shell {
  /**
   * Runs a command line in the lane with an allow-listed environment, in a process group of its
   * own that is ended as a whole at the time limit and on abort (the outcome says `cancelled`).
   */
  run(command: ShellCommand, signal: AbortSignal): Promise<CommandOutcome>;
}

// --- apply ----------------------------------------------------------------------------------

/** A file as it stands somewhere: its bytes, and its git mode. */
export type FileSide = { bytes: Uint8Array; mode: string };

/** One file to be written: `before` and `after` are its bytes, undefined where it does not exist. */
export type FileWrite = {
  path: string;
  before?: Uint8Array;
  after?: Uint8Array;
  /** git modes: `100644`, `100755` or `120000` (the bytes are the link's target). */
  beforeMode?: string;
  afterMode?: string;
};

export type Refusal = { path: string; reason: string };

export type ApplyOutcome = { applied: true } | { applied: false; refused: Refusal[] };

/** Writes accepted changes into the workspace: all of them or none. */
export interface Apply {
  /**
   * Checks that every file still has the bytes and mode of `before` and is not being edited, keeps
   * what is replaced, writes temporary files, renames, and rolls back if anything fails.
   * @throws MusterError `apply-failed` when it had to roll back; the workspace is as it was
   */
  apply(writes: readonly FileWrite[], signal: AbortSignal): Promise<ApplyOutcome>;
}
