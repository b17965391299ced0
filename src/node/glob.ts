/** Glob patterns matched in linear time: a model writes them, and they run in the extension host. */
import { MusterError } from '../shared/muster-error.ts';
import { PathRefusal } from './path-refusal.ts';

export type PathMatcher = (path: string) => boolean;

const maxAlternatives = 64;

/**
 * Matches paths with `/`: `*`, `?`, `[…]`, `**` over folders, `{a,b}`; names with a leading dot
 * count like others. A pattern without `/` matches names at any depth.
 * @throws PathRefusal for one that leads out; MusterError `bad-input` for one that is endless
 */
export function compileGlob(pattern: string): PathMatcher {
  const alternatives = expandBraces(pattern).map((each) =>
    compileSegments(segmentsOf(pattern, each)),
  );
  return (path) => {
    const names = path.split('/');
    return alternatives.some((segments) => matchSegments(segments, names));
  };
}

function segmentsOf(pattern: string, alternative: string): string[] {
  if (alternative.startsWith('/') || /^[a-z]:/iu.test(alternative)) {
    throw new PathRefusal(pattern, 'absolute');
  }
  const segments = alternative.split('/').filter((each) => each !== '' && each !== '.');
  if (segments.includes('..')) throw new PathRefusal(pattern, 'outside');
  if (alternative.endsWith('/')) segments.push('**');
  return segments.length === 1 && segments[0] !== '**' ? ['**', ...segments] : segments;
}

function expandBraces(pattern: string): string[] {
  if (pattern.length > 1000) throw tooComplex(pattern);
  const done: string[] = [];
  const pending = [pattern];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const parts = firstBraces(next);
    if (parts === undefined) done.push(next);
    else for (const option of parts.options) pending.push(parts.before + option + parts.after);
    if (done.length + pending.length > maxAlternatives) throw tooComplex(pattern);
  }
  return done;
}

function firstBraces(
  text: string,
): { before: string; options: string[]; after: string } | undefined {
  // The innermost pair first, so that nested ones come out by repetition.
  const found = /\{([^{}]*,[^{}]*)\}/u.exec(text);
  if (found === null) return undefined;
  return {
    before: text.slice(0, found.index),
    options: (found[1] ?? '').split(','),
    after: text.slice(found.index + found[0].length),
  };
}

function tooComplex(pattern: string): MusterError {
  return new MusterError(
    'bad-input',
    `The glob ${JSON.stringify(pattern.slice(0, 80))} is too long or has too many alternatives: use a simpler one, e.g. src/**/*.ts.`,
  );
}

type Token =
  | { kind: 'star' | 'any' }
  | { kind: 'one'; character: string }
  | { kind: 'set'; negated: boolean; ranges: Array<[string, string]> };

/** One name of a pattern; `**` stands for any number of names. */
export type Segment = '**' | readonly Token[];

export function compileSegments(segments: readonly string[]): Segment[] {
  const compiled = segments.map((each): Segment => (each === '**' ? '**' : tokensOf(each)));
  // `a/**` is what is in `a`, not `a` itself.
  return segments.length > 1 && segments.at(-1) === '**'
    ? [...compiled, [{ kind: 'star' }]]
    : compiled;
}

export function matchSegments(segments: readonly Segment[], names: readonly string[]): boolean {
  return matchWithStar(segments, names, (segment) => segment === '**', matchName);
}

function matchName(segment: Segment, name: string): boolean {
  const tokens = segment === '**' ? [] : segment;
  return matchWithStar(tokens, [...name], (token) => token.kind === 'star', matchToken);
}

// Only the last star ever has to give back, so that the time is bounded by the product of the lengths.
function matchWithStar<Piece, Item>(
  pieces: readonly Piece[],
  items: readonly Item[],
  isStar: (piece: Piece) => boolean,
  matches: (piece: Piece, item: Item) => boolean,
): boolean {
  let [at, item, star, retry] = [0, 0, -1, 0];
  while (item < items.length) {
    const piece = pieces[at];
    const current = items[item];
    if (piece !== undefined && isStar(piece)) {
      star = at;
      retry = item;
      at += 1;
    } else if (piece !== undefined && current !== undefined && matches(piece, current)) {
      at += 1;
      item += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      item = retry;
    } else {
      return false;
    }
  }
  return pieces.slice(at).every(isStar);
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const set = character === '[' ? readSet(characters, at) : undefined;
    if (set !== undefined) {
      tokens.push(set.token);
      at = set.end;
    } else if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '\\' && at + 1 < characters.length) {
      at += 1;
      tokens.push({ kind: 'one', character: characters[at] ?? '' });
    } else tokens.push({ kind: 'one', character });
  }
  return tokens;
}

function readSet(
  characters: readonly string[],
  start: number,
): { token: Token; end: number } | undefined {
  const negated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  const end = characters.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const ranges: Array<[string, string]> = [];
  for (let at = first; at < end; at += 1) {
    const low = characters[at] ?? '';
    const isRange = characters[at + 1] === '-' && at + 2 < end;
    ranges.push([low, isRange ? (characters[at + 2] ?? low) : low]);
    if (isRange) at += 2;
  }
  return { token: { kind: 'set', negated, ranges }, end };
}

function matchToken(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'star':
    case 'any':
      return true;
    case 'one':
      return token.character === character;
    case 'set':
      return (
        token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated
      );
  }
}
