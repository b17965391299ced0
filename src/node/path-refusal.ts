/** The one error for a path that the guard refuses: it names the path, the rule and the way out. */
import { MusterError } from '../shared/muster-error.ts';
import type { PathRule } from './path-rules.ts';

const reasons: Record<PathRule, string> = {
  malformed: 'it holds a NUL or half a character',
  'git-folder': "it names git's own folder, which nobody but git may read or change here",
  'control-character': 'it holds a control character',
  backslash: 'it holds a backslash; folders are separated by "/"',
  stream: 'it holds a colon, which names a drive or a hidden stream on Windows',
  'reserved-name': 'it holds a name that is a device on Windows, such as NUL or COM1',
  'short-name': 'it looks like a short alias of another name (such as PROGRA~1); use the full name',
  'trailing-dot-or-space': 'a name in it ends in a dot or a space, which Windows drops',
  wildcard: 'it holds one of the characters < > " | ? *, which Windows does not allow in names',
  'too-long': 'it is longer than file systems allow',
  absolute: 'it is an absolute path that is not in the workspace folder',
  outside: 'it leads out of the workspace folder',
  root: 'it is the workspace folder itself',
  'link-outside': 'it goes through a symbolic link that leads out of the workspace folder',
  'through-link': 'it goes through a symbolic link, and links are never written through',
  'link-loop': 'its symbolic links go round in a circle',
  'special-file': 'it is a device, a pipe or a socket, not a file',
  'hard-link':
    'the file has a second name (a hard link) that may be outside the workspace folder; copy it to a new file instead',
  'changed-meanwhile': 'what stands there was exchanged while it was being used; try again',
};

export class PathRefusal extends MusterError {
  readonly rule: PathRule;
  readonly given: string;
  /** The rule alone, as the end of a sentence. */
  readonly reason: string;

  constructor(given: string, rule: PathRule, options?: { cause?: unknown }) {
    const reason = reasons[rule];
    super(
      'path-refused',
      `The path ${show(given)} is refused: ${reason}. Nothing was read or changed. Paths are relative to the workspace folder, e.g. src/index.ts.`,
      options,
    );
    this.name = 'PathRefusal';
    this.rule = rule;
    this.given = given;
    this.reason = reason;
  }
}

/** A path as it may stand in a message: on one line, nothing hidden, not endless. */
export function show(path: string): string {
  const text = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return JSON.stringify(text.toWellFormed()).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
