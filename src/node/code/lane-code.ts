/** The code of a lane: outlines, definitions and uses of a name, and what imports what. */
import { posix } from 'node:path';
import type { CodeImport, CodeIndex, Files, Search, SymbolPlace } from '../../engine/lane-ports.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import { show } from '../path-refusal.ts';
import type { Parsed } from './code-messages.ts';
import type { CodeParser } from './code-parser.ts';
import { languageById, languageNames, languageOf } from './languages.ts';
import { importCandidates } from './resolve-import.ts';

const maxFileBytes = 1024 * 1024;
/** Files that one question about the whole lane parses, and the time for them. */
const maxFiles = 400;
const timeLimitMs = 15_000;
const maxPlaces = 200;
const shownLength = 200;

type Parts = { files: Files; search: Search; parser: CodeParser };
type ParsedFile = { path: string; language: string; parsed: Parsed; lines: string[] };

export function createLaneCode(parts: Parts): CodeIndex {
  return {
    async outline(path, signal) {
      const { language, parsed } = await parseFile(parts, { path }, signal);
      const { declarations, broken, more } = parsed;
      return { language: languageById(language).name, declarations, broken, more };
    },
    find: (name, signal) => find(parts, name, signal),
    dependencies: (path, signal) => dependencies(parts, path, signal),
  };
}

/** @throws MusterError as `CodeIndex.outline` */
async function parseFile(
  { files, parser }: Parts,
  { path, name }: { path: string; name?: string },
  signal: AbortSignal,
): Promise<ParsedFile> {
  const language = languageOf(path);
  if (language === undefined) throw unknownLanguage(path);
  const bytes = await files.read(path);
  if (bytes.length > maxFileBytes) throw tooLarge(path, bytes.length);
  const asked = { language, bytes, ...(name === undefined ? {} : { name }) };
  const parsed = await parser.parse(asked, signal);
  if (parsed === undefined) throw notParsed(path);
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  return { path, language, parsed, lines };
}

async function find(parts: Parts, asked: string, signal: AbortSignal) {
  // `Class.method`, `Class::method` and `Class#method` name the last, in the first.
  const names = asked.split(/::|[.#]/).filter(Boolean);
  const name = names.at(-1) ?? '';
  if (name === '' || /\s/.test(name)) throw badName(asked);
  const inside = names.slice(0, -1);
  const definitions: SymbolPlace[] = [];
  const uses: SymbolPlace[] = [];
  const { stopped } = await inEachFile(
    parts,
    { name, pattern: name, word: true },
    signal,
    (file) => {
      const defined = new Set<number>();
      for (const each of file.parsed.declarations) {
        if (each.name.split(/::|\./).at(-1)?.replace(/<.*>$/, '') !== name) continue;
        defined.add(each.line);
        if (!endsWith(each.inside, inside) && !each.name.includes(inside.join('::'))) continue;
        definitions.push({ ...placeIn(file, each.line), kind: each.kind, inside: each.inside });
      }
      for (const line of file.parsed.lines) {
        if (!defined.has(line) && uses.length <= maxPlaces) uses.push(placeIn(file, line));
      }
    },
  );
  const cut = uses.length > maxPlaces ? `there are more than ${maxPlaces} uses` : undefined;
  const why = stopped ?? cut;
  return {
    definitions: definitions.slice(0, maxPlaces),
    uses: uses.slice(0, maxPlaces),
    ...(why === undefined ? {} : { stopped: why }),
  };
}

async function dependencies(parts: Parts, path: string, signal: AbortSignal) {
  const file = await parseFile(parts, { path }, signal);
  const resolve = resolver(parts, signal);
  const imports: CodeImport[] = [];
  for (const { source, line } of file.parsed.imports) {
    const found = await resolve(file, source);
    imports.push({ source, line, ...(found === undefined ? {} : { path: found }) });
  }
  const importedBy: SymbolPlace[] = [];
  const pending: Array<{ file: ParsedFile; source: string; line: number }> = [];
  const pattern = moduleName(path);
  const { stopped } = await inEachFile(parts, { pattern, word: false }, signal, (other) => {
    if (other.path === path || !mayImport(other.language, file.language)) return;
    for (const each of other.parsed.imports) pending.push({ file: other, ...each });
  });
  for (const { file: other, source, line } of pending) {
    if (!isNamed(source, pattern)) continue;
    const found = await resolve(other, source);
    const isIt =
      found === path || (found?.endsWith('/') && posix.dirname(path) === found.slice(0, -1));
    if (isIt && importedBy.length < maxPlaces) importedBy.push(placeIn(other, line));
  }
  return { imports, importedBy, ...(stopped === undefined ? {} : { stopped }) };
}

/** Parses the files of known languages in which a text occurs, in path order, within bounds. */
async function inEachFile(
  parts: Parts,
  { name, pattern, word }: { name?: string; pattern: string; word: boolean },
  signal: AbortSignal,
  take: (file: ParsedFile) => void,
): Promise<{ stopped?: string }> {
  const query = { pattern, regex: false, context: 0, limit: maxFiles * 2, word, firstOnly: true };
  const { matches, stopped } = await parts.search.find(query, signal);
  const paths = matches.map((match) => match.path).filter((path) => languageOf(path) !== undefined);
  const until = performance.now() + timeLimitMs;
  for (const [at, path] of paths.entries()) {
    if (at >= maxFiles) return { stopped: `it occurs in more than ${maxFiles} files` };
    if (performance.now() > until) {
      return { stopped: `time ran out after ${at} of ${paths.length} files` };
    }
    try {
      take(await parseFile(parts, { path, ...(name === undefined ? {} : { name }) }, signal));
    } catch (error) {
      // A file that cannot be read or parsed hides no other.
      if (!isMusterError(error) || error.code === 'storage') throw error;
    }
  }
  return stopped === undefined ? {} : { stopped: 'it occurs in more files than were searched' };
}

/** Remembers what it found: many files import the same. */
function resolver({ files }: Parts, signal: AbortSignal) {
  const exists = remembered((path) => existsIn(files, path, signal));
  const moduleOf = remembered((folder) => goModule(files, folder));
  return async (file: Pick<ParsedFile, 'path' | 'language'>, source: string) => {
    const goFile = file.language === 'go' ? await moduleOf(posix.dirname(file.path)) : undefined;
    const site = { path: file.path, language: file.language, source };
    const candidates = importCandidates(
      goFile === undefined ? site : { ...site, goModule: goFile },
    );
    for (const candidate of new Set(candidates)) if (await exists(candidate)) return candidate;
    return undefined;
  };
}

function remembered<Value>(ask: (key: string) => Promise<Value>) {
  const known = new Map<string, Promise<Value>>();
  return (key: string): Promise<Value> => {
    const answer = known.get(key) ?? ask(key);
    known.set(key, answer);
    return answer;
  };
}

async function existsIn(files: Files, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { entries } = await files.list(path.replace(/\/$/, '') || '.', { limit: 1 }, signal);
    const [first] = entries;
    return path.endsWith('/') ? first !== undefined : first?.path === path;
  } catch (error) {
    if (isMusterError(error)) return false;
    throw error;
  }
}

async function goModule(
  files: Files,
  folder: string,
): Promise<{ name: string; folder: string } | undefined> {
  try {
    const text = new TextDecoder().decode(await files.read(posix.join(folder, 'go.mod')));
    const name = /^module\s+(\S+)/m.exec(text)?.[1];
    return name === undefined ? undefined : { name, folder };
  } catch (error) {
    if (!isMusterError(error)) throw error;
    return folder === '.' ? undefined : goModule(files, posix.dirname(folder));
  }
}

/** What an import of the file must contain: its name, or its folder's where the file stands for it. */
function moduleName(path: string): string {
  const stem = posix.basename(path).replace(/\.d\.ts$|\.[^.]+$/, '');
  const folder = posix.basename(posix.dirname(path));
  const standsForFolder = ['index', '__init__', 'mod', 'lib', 'main'].includes(stem);
  return (standsForFolder || languageOf(path) === 'go') && folder !== '.' ? folder : stem;
}

/** `.` and `..` name the folder without its name. */
function isNamed(source: string, name: string): boolean {
  return source.includes(name) || /^[./]+$/.test(source);
}

const families = [
  ['typescript', 'tsx', 'javascript'],
  ['c', 'cpp'],
];

function mayImport(from: string, to: string): boolean {
  return from === to || families.some((each) => each.includes(from) && each.includes(to));
}

function endsWith(inside: readonly string[], wanted: readonly string[]): boolean {
  const at = inside.length - wanted.length;
  return (
    at >= 0 && wanted.every((name, index) => inside[at + index]?.replace(/<.*>$/, '') === name)
  );
}

function placeIn({ path, lines }: ParsedFile, line: number): SymbolPlace {
  const text = (lines[line - 1] ?? '').trim();
  const short = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return { path, line, text: short };
}

function unknownLanguage(path: string): MusterError {
  return new MusterError(
    'bad-input',
    `${show(path)} is in no language whose code is understood (${languageNames.join(', ')}; told by the ending of the name). Use search_files and read_file instead.`,
  );
}

function tooLarge(path: string, size: number): MusterError {
  return new MusterError(
    'bad-input',
    `${show(path)} is too large to be analysed (${size} bytes, at most ${maxFileBytes}). Use search_files and read_file with a range instead.`,
  );
}

function notParsed(path: string): MusterError {
  return new MusterError(
    'bad-input',
    `${show(path)} could not be parsed in time. Use search_files and read_file instead.`,
  );
}

function badName(name: string): MusterError {
  return new MusterError(
    'bad-input',
    `${show(name)} is no name of a symbol. Give one name, e.g. "parseInput" or "Parser.run"; for other text use search_files.`,
  );
}
