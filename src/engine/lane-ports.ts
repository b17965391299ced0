/** What the tools of an agent need of its lane: files, search, code, git and commands. */
import type { ProcessRef } from '../shared/process-ref.ts';
import type { ProtectedKind } from '../shared/protected-files.ts';

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

export interface Shell {
  /**
   * Runs a command line in the lane with an allow-listed environment, in a process group of its
   * own that is ended as a whole at the time limit and on abort (the outcome says `cancelled`).
   */
  run(command: ShellCommand, signal: AbortSignal): Promise<CommandOutcome>;
}
