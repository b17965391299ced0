/** What the engine needs from outside: one interface each, implemented on real parts in `node/` and `extension/` and in memory in `test/support/`. */
import type { FileChange } from '../shared/changes.ts';
import type { EventBody, LeftOut, ProcessRef, RunEvent } from '../shared/events.ts';
import type { BodyRef, LaneId, RunId, TurnId } from '../shared/ids.ts';
import type { ProtectedKind } from '../shared/protected-files.ts';
import type { Usage } from '../shared/usage.ts';
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

export interface Lane {
  readonly files: Files;
  readonly search: Search;
  readonly code: CodeIndex;
  readonly git: Git;
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
  ): Promise<{
    entries: FileEntry[];
    more: boolean;
    /** The first folder that was not entered, since it lies too deep below `path`. */
    tooDeep?: string;
  }>;
  read(path: string): Promise<Uint8Array>;
  exists(path: string): Promise<boolean>;
  /** Through a temporary file that is renamed into place; parents are made, the mode is kept. */
  write(path: string, content: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Renames a file, its mode kept; parents are made. `bad-input` where something stands at `to`. */
  move(from: string, to: string): Promise<void>;
}

export type SearchMatch = { path: string; line: number; text: string };

export type SearchQuery = {
  pattern: string;
  regex: boolean;
  glob?: string;
  /** Lines before and after each match: `text` is then a block in the manner of grep. */
  context: number;
  limit: number;
  /** Only where the pattern is a whole word. */
  word?: boolean;
  /** Of each file no more than its first match. */
  firstOnly?: boolean;
};

export type SearchResult = {
  matches: SearchMatch[];
  /** Why there may be more; absent when every file was searched to its end. */
  stopped?: 'matches' | 'bytes' | 'time';
};

export interface Search {
  /**
   * Lines that match, in path order, at most `limit`.
   * @throws MusterError `bad-input` for a pattern that cannot be searched for, `no-search` where
   *   there is no search program
   */
  find(query: SearchQuery, signal: AbortSignal): Promise<SearchResult>;
}

export type CodeDeclaration = {
  /** In the words of the language, e.g. `class`, `method`, `trait`. */
  kind: string;
  name: string;
  /** From 1, both included. */
  line: number;
  endLine: number;
  /** How many declarations it stands in. */
  depth: number;
};

export type SymbolPlace = {
  path: string;
  line: number;
  /** Of a definition: its kind, and the names of what it stands in. */
  kind?: string;
  inside?: string[];
  /** The line's text. */
  text: string;
};

export type CodeImport = {
  /** As it is written, e.g. `./parse.ts` or `os.path`. */
  source: string;
  line: number;
  /** The file of the lane that it stands for, where that is plain. */
  path?: string;
};

/** What the grammars of a language tell about code. Files with syntax errors give what parses. */
export interface CodeIndex {
  /** @throws MusterError `bad-input` for a language that is not known or a file too large to parse */
  outline(
    path: string,
    signal: AbortSignal,
  ): Promise<{ language: string; declarations: CodeDeclaration[]; broken: boolean; more: boolean }>;
  /** Definitions and uses of a name; `stopped` where not every file that holds it was looked at. */
  find(
    name: string,
    signal: AbortSignal,
  ): Promise<{ definitions: SymbolPlace[]; uses: SymbolPlace[]; stopped?: string }>;
  /** What a file imports, and which files import it. */
  dependencies(
    path: string,
    signal: AbortSignal,
  ): Promise<{ imports: CodeImport[]; importedBy: SymbolPlace[]; stopped?: string }>;
}

export type GitText = {
  text: string;
  /** Why the text is not all there is. */
  cut?: string;
  /** Files that are not shown, since their names say that they hold secrets. */
  leftOut: string[];
};

/**
 * The history of a lane: the person's, as far as the snapshot has it, and the agent's own commits.
 * Every method throws MusterError `bad-input` for a revision or range that is not there,
 * `path-refused`, `not-found`.
 */
export interface Git {
  /** What differs from the last commit, in path order. */
  status(
    signal: AbortSignal,
  ): Promise<Array<{ change: 'added' | 'modified' | 'deleted'; path: string }>>;
  /** The same as a patch, of one file or folder or of all. */
  diff(path: string | undefined, signal: AbortSignal): Promise<GitText>;
  /** From the newest on, one line each. */
  log(options: { path?: string; limit: number }, signal: AbortSignal): Promise<GitText>;
  /** A commit with its patch, or with `revision:path` a file as it was then. */
  show(revision: string, signal: AbortSignal): Promise<GitText>;
  /** Who changed each line last; lines from 1, both included. */
  blame(
    options: { path: string; startLine?: number; endLine?: number },
    signal: AbortSignal,
  ): Promise<GitText>;
  /** All that the lane holds, as Muster; undefined where nothing differs from the last commit. */
  commit(
    message: string,
    signal: AbortSignal,
  ): Promise<{ commit: string; files: number } | undefined>;
}

export type CommandOutcome = {
  /** null when it was ended by a signal. */
  exitCode: number | null;
  ended: 'exit' | 'timeout' | 'cancelled' | 'not-started';
  /** Standard output and error as they came, the middle cut out past `maxBytes`. */
  output: string;
  cutBytes: number;
  ms: number;
  /** What it left in the lane that must not be there, and was moved to `folder`. */
  quarantined?: { files: Array<{ path: string; kind: ProtectedKind }>; folder: string };
};

export type ShellCommand = {
  line: string;
  timeoutMs: number;
  maxBytes: number;
  /** Awaited before the command does anything; if it rejects, the command does not run. */
  onStart?: (process: ProcessRef) => Promise<void>;
  /** What it prints, as it comes; not all of a flood. */
  onOutput?: (text: string) => void;
  /** Hosts that the person opened for it. */
  hosts?: readonly string[];
};

/** What the judgement on a command stands on. */
export interface Commands {
  parse(line: string): Promise<ParsedLine>;
  rules(): Promise<TerminalRules>;
}

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
