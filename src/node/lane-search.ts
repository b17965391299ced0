/** Search through the files of a lane: bounded in time, matches and bytes, and never in the host's own thread. */
import type { Search, SearchMatch } from '../engine/ports.ts';
import { MusterError } from '../shared/muster-error.ts';
import { fileError, isMissing, systemCode } from './file-errors.ts';
import type { PathMatcher } from './glob.ts';
import { compileGlob } from './glob.ts';
import { readInFolder } from './guarded-file.ts';
import { createPathGuard } from './path-guard.ts';
import { PathRefusal } from './path-refusal.ts';
import type { SearchedText, SearchQuery, SearchWorker } from './search-worker.ts';
import { startSearchWorker } from './search-worker.ts';
import type { WalkedFile } from './walk-files.ts';
import { walkFiles } from './walk-files.ts';

type Query = Parameters<Search['find']>[0];

const maxFileBytes = 2 * 1024 * 1024;
const batchBytes = 1024 * 1024;
const batchFiles = 200;
const maxContext = 20;
const maxSearchMs = 20_000;

/**
 * With context, the text of a match is a block in the manner of grep, `12-before`, `13:the line`,
 * `14-after`; without, the line alone. Long lines are cut around the match.
 */
export function createLaneSearch(root: string, options: { timeLimitMs?: number } = {}): Search {
  const guard = createPathGuard(root);
  return {
    async find(query, signal) {
      signal.throwIfAborted();
      const parsed = parseQuery(query);
      const matches = query.glob === undefined ? () => true : compileGlob(query.glob);
      const place = await guard.locate('.');
      const worker = startSearchWorker(parsed, {
        timeLimitMs: options.timeLimitMs ?? 5000,
        signal,
      });
      try {
        const deadline = performance.now() + maxSearchMs;
        const texts = batches(walkFiles(place.root, [], signal), matches, deadline);
        const { matches: found, more } = await collect(texts, worker, query);
        return { matches: found, more: more || performance.now() > deadline };
      } catch (error) {
        throw signal.aborted ? signal.reason : fileError(error, '.');
      } finally {
        await worker.close();
      }
    },
  };
}

function parseQuery({ pattern, regex, context }: Query): SearchQuery {
  if (pattern === '') throw badPattern(pattern, 'it is empty');
  if (pattern.length > 2000) throw badPattern(pattern, 'it is longer than 2,000 characters');
  if (!regex && /[\r\n]/u.test(pattern)) {
    throw badPattern(pattern, 'it spans lines, and search looks at one line at a time');
  }
  // Models write the flag as other engines know it; JavaScript has it beside the expression.
  const ignoreCase = regex && pattern.startsWith('(?i)');
  const source = ignoreCase ? pattern.slice('(?i)'.length) : pattern;
  if (regex) checkExpression(source);
  return {
    pattern: source,
    regex,
    ignoreCase,
    context: Math.min(Math.max(0, context), maxContext),
  };
}

function checkExpression(source: string): void {
  try {
    new RegExp(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badPattern(source, reason, error);
  }
}

function badPattern(pattern: string, reason: string, cause?: unknown): MusterError {
  const shown = JSON.stringify(pattern.slice(0, 80));
  return new MusterError(
    'bad-input',
    `The pattern ${shown} cannot be searched for: ${reason}. Correct it, or search for plain text with regex: false.`,
    { cause },
  );
}

function tooSlow(pattern: string): MusterError {
  return badPattern(
    pattern,
    'matching took too long and was stopped; nested repetitions such as (a+)+ do this',
  );
}

async function collect(
  batches: AsyncIterable<SearchedText[]>,
  worker: SearchWorker,
  { pattern, limit }: Query,
): Promise<{ matches: SearchMatch[]; more: boolean }> {
  const matches: SearchMatch[] = [];
  for await (const texts of batches) {
    // One over the limit tells that there is more.
    const found = await worker.match(texts, limit + 1 - matches.length);
    if (found === 'too-slow') throw tooSlow(pattern);
    matches.push(...found);
    if (matches.length > limit) return { matches: matches.slice(0, limit), more: true };
  }
  return { matches, more: false };
}

async function* batches(
  files: AsyncIterable<WalkedFile>,
  matches: PathMatcher,
  deadline: number,
): AsyncGenerator<SearchedText[], void, void> {
  let texts: SearchedText[] = [];
  let bytes = 0;
  for await (const file of files) {
    if (performance.now() > deadline) break;
    if (file.kind !== 'file' || !matches(file.path)) continue;
    const content = await readText(file);
    if (content === undefined) continue;
    texts.push({ path: file.path, bytes: content });
    bytes += content.length;
    if (bytes < batchBytes && texts.length < batchFiles) continue;
    yield texts;
    [texts, bytes] = [[], 0];
  }
  if (texts.length > 0) yield texts;
}

/** Undefined for what is not searched: binary, over the limit, refused, unreadable or gone. */
async function readText({ folder, name, path }: WalkedFile): Promise<Uint8Array | undefined> {
  try {
    const read = await readInFolder(folder, name, { given: path, maxBytes: maxFileBytes });
    if (read.kind !== 'bytes' || read.bytes.subarray(0, 8000).includes(0)) return undefined;
    return read.bytes;
  } catch (error) {
    const isSkipped = isMissing(error) || error instanceof PathRefusal;
    if (isSkipped || ['EACCES', 'EPERM', 'EIO', 'ELOOP'].includes(systemCode(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
}
