/** Search through the files of a lane with ripgrep: bounded in time, matches and bytes, each file through the guard. */
import { availableParallelism } from 'node:os';
import type { Search, SearchMatch, SearchQuery, SearchResult } from '../engine/lane-ports.ts';
import { isMusterError, MusterError } from '../shared/muster-error.ts';
import { runBounded } from './bounded-process.ts';
import { isMissing } from './file-errors.ts';
import { compileGlob, type PathMatcher } from './glob.ts';
import { createPathGuard, type PathGuard } from './path-guard.ts';
import { createLimit } from './process-limit.ts';
import { findRipgrep, noRipgrep, type Ripgrep } from './search/find-ripgrep.ts';
import { lineReader, type PrintedLine, shownText } from './search/read-matches.ts';
import { ripgrepArguments } from './search/ripgrep-arguments.ts';
import { secretReason } from './staging/secret-names.ts';

const maxPatternLength = 2000;
const maxContext = 20;
const maxOutputBytes = 64 * 1024 * 1024;
const timeLimitMs = 20_000;

/** Over all lanes and runs of this process. */
const oneForEachCore = createLimit(availableParallelism());

export type LaneSearchOptions = {
  ripgrep?: () => Promise<Ripgrep>;
  timeLimitMs?: number;
  maxOutputBytes?: number;
};

/**
 * With context, the text of a match is a block in the manner of grep, `12-before`, `13:the line`,
 * `14-after`; without, the line alone. Long lines are cut around the match.
 */
export function createLaneSearch(root: string, options: LaneSearchOptions = {}): Search {
  const guard = createPathGuard(root);
  const ripgrep = options.ripgrep ?? (() => findRipgrep());
  return {
    async find(given, signal) {
      signal.throwIfAborted();
      const query = checked(given);
      const matchesGlob = query.glob === undefined ? () => true : compileGlob(query.glob);
      const [place, program] = [await guard.locate('.'), await ripgrep()];
      const found = await oneForEachCore(
        () => search({ ...options, query, matchesGlob, root: place.root, program }, signal),
        signal,
      );
      return { ...found, matches: await allowed(guard, found.matches) };
    },
  };
}

type Job = Omit<LaneSearchOptions, 'ripgrep'> & {
  query: SearchQuery;
  matchesGlob: PathMatcher;
  root: string;
  program: Ripgrep;
};

async function search(job: Job, signal: AbortSignal): Promise<SearchResult> {
  const { query } = job;
  const collected = collector(job);
  const limit = job.maxOutputBytes ?? maxOutputBytes;
  let bytes = 0;
  const read = lineReader(collected.take);
  const end = await runBounded(
    {
      file: job.program.file,
      args: ripgrepArguments(query),
      cwd: job.root,
      // What it inherits could name a configuration or change how it matches.
      environment: process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot ?? '' } : {},
      timeLimitMs: job.timeLimitMs ?? timeLimitMs,
      onOutput(chunk) {
        bytes += chunk.length;
        return read(chunk) ?? (bytes > limit ? 'stop' : undefined);
      },
    },
    signal,
  ).catch((error: unknown) => {
    throw isMissing(error) ? noRipgrep(error) : error;
  });
  const matches = collected.finish();
  if (end.ended === 'time') return { matches, stopped: 'time' };
  if (end.ended === 'stopped') {
    return { matches, stopped: bytes > limit ? 'bytes' : 'matches' };
  }
  // It exits with 2 for a file that could not be read as well, and then says nothing.
  if (end.code === 2 && end.errors.trim() !== '')
    throw badPattern(query.pattern, reasonIn(end.errors));
  if (end.code === null || end.code > 2) throw failed(end.errors);
  return { matches };
}

/** Gathers matches, each with its context, until there is one more than asked for. */
function collector({ query, matchesGlob }: Job) {
  const matches: Array<SearchMatch & { context: PrintedLine[]; hit: PrintedLine }> = [];
  let recent: PrintedLine[] = [];
  const take = (line: PrintedLine): 'stop' | undefined => {
    if (!matchesGlob(line.path) || secretReason(line.path) !== undefined) return undefined;
    const open = matches.slice(-query.context * 2 - 1);
    for (const match of query.context > 0 ? open : []) {
      const near = match.path === line.path && line.line - match.line <= query.context;
      if (near && line.line > match.line) match.context.push(line);
    }
    if (line.place !== undefined) {
      // One over the limit tells that there is more.
      if (matches.length >= query.limit) return 'stop';
      const before = recent.filter(
        (each) => each.path === line.path && line.line - each.line <= query.context,
      );
      matches.push({ path: line.path, line: line.line, text: '', context: before, hit: line });
    }
    recent = query.context > 0 ? [...recent, line].slice(-query.context) : [];
    return undefined;
  };
  const finish = (): SearchMatch[] =>
    matches.map(({ path, line, context, hit }) => {
      if (query.context === 0) return { path, line, text: shownText(hit) };
      const block = [...context, hit]
        .toSorted((left, right) => left.line - right.line)
        .map((each) => `${each.line}${each === hit ? ':' : '-'}${shownText(each)}`);
      return { path, line, text: block.join('\n') };
    });
  return { take, finish };
}

/** Leaves out what reading would refuse: links, second names of files outside, special files. */
async function allowed(guard: PathGuard, matches: readonly SearchMatch[]): Promise<SearchMatch[]> {
  const judged = new Map<string, Promise<boolean>>();
  const kept: SearchMatch[] = [];
  for (const match of matches) {
    const verdict = judged.get(match.path) ?? mayBeRead(guard, match.path);
    judged.set(match.path, verdict);
    if (await verdict) kept.push(match);
  }
  return kept.toSorted(byPath);
}

function byPath(left: SearchMatch, right: SearchMatch): number {
  if (left.path === right.path) return left.line - right.line;
  return left.path < right.path ? -1 : 1;
}

async function mayBeRead(guard: PathGuard, path: string): Promise<boolean> {
  try {
    return (await guard.locate(path, { noLinks: true, existing: true })).entry?.isFile() ?? false;
  } catch (error) {
    if (isMusterError(error)) return false;
    throw error;
  }
}

function checked(query: SearchQuery): SearchQuery {
  const { pattern, regex, context } = query;
  if (pattern === '') throw badPattern(pattern, 'it is empty');
  if (pattern.includes('\0')) throw badPattern(pattern, 'it holds a NUL character');
  if (pattern.length > maxPatternLength) {
    throw badPattern(
      pattern,
      `it is longer than ${maxPatternLength.toLocaleString('en')} characters`,
    );
  }
  if (!regex && /[\r\n]/u.test(pattern)) {
    throw badPattern(pattern, 'it spans lines, and search looks at one line at a time');
  }
  return { ...query, context: Math.min(Math.max(0, context), maxContext) };
}

/** The last line of what ripgrep says names the mistake; its own advice is about flags. */
function reasonIn(errors: string): string {
  if (/look-around|backreferences/.test(errors)) {
    return 'look-around and back-references are not supported (the syntax is that of Rust and RE2, which match in linear time)';
  }
  if (/literal ".*" is not allowed/.test(errors)) {
    return 'it spans lines, and search looks at one line at a time';
  }
  const lines = errors.trim().split('\n');
  const found = lines.findLast((line) => line.startsWith('error:')) ?? lines[0] ?? '';
  return found.replace(/^(rg: |error: )+/, '').slice(0, 300);
}

function badPattern(pattern: string, reason: string): MusterError {
  const shown = JSON.stringify(pattern.slice(0, 80));
  return new MusterError(
    'bad-input',
    `The pattern ${shown} cannot be searched for: ${reason}. Correct it, or search for plain text with regex: false.`,
  );
}

function failed(errors: string): MusterError {
  return new MusterError(
    'no-search',
    `ripgrep ended without an answer${errors.trim() ? `: ${errors.trim().split('\n', 1)[0]}` : ''}. Search again, or list and read files instead.`,
  );
}
