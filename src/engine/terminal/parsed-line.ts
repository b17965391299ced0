/** A command line taken apart: what the judgement on it stands on. The parsing itself is done in `node/`. */

export type Word = {
  /** What the command gets, where `fixed`; otherwise the source text. */
  text: string;
  /** False where the shell puts something in its place: variables, substitutions, globs, braces, a tilde. */
  fixed: boolean;
};

export type Redirect = { operator: string; target: Word };

export type SubCommand = {
  words: readonly Word[];
  /** Names of variables that are set for it, or by it where it has no words. */
  assigns: readonly string[];
  redirects: readonly Redirect[];
  /** What it stands in beside pipes and lists: a substitution, a loop, a function, a wrapper such as `sudo`. */
  inside: readonly string[];
  /** Why nobody can tell what it runs. */
  opaque?: string;
};

export type ParsedLine =
  | {
      ok: true;
      /** In order, those in substitutions and wrappers included. */
      commands: readonly SubCommand[];
    }
  | { ok: false; reason: string };

/** The words of a command as far as they are fixed from the first on. */
export function fixedWords({ words }: SubCommand): string[] {
  const end = words.findIndex((word) => !word.fixed);
  return words.slice(0, end < 0 ? words.length : end).map((word) => word.text);
}

/** The program's name, without the folder that it is in. */
export function programName(words: readonly string[]): string {
  return (words[0] ?? '').split('/').at(-1) ?? '';
}
