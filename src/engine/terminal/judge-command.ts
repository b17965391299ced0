/** Whether a command line runs, asks or is refused: pure, by rules alone; no model has a say. */
import { hiddenIn } from '../../shared/hidden-characters.ts';
import { injectsIntoGit } from './git-arguments.ts';
import { isLooking, isWrapper } from './known-commands.ts';
import { isLoopback, outgoingOf } from './outgoing.ts';
import {
  fixedWords,
  type ParsedLine,
  programName,
  type SubCommand,
  type Word,
} from './parsed-line.ts';

import { isGitThatRuns, runsAnother } from './runs-another.ts';

export type TerminalRules = {
  policy: 'ask' | 'sandboxed' | 'deny';
  /** Beginnings of commands, in words, e.g. `npm test`. */
  allow: readonly string[];
  deny: readonly string[];
  /** Hosts that commands may reach in the sandbox. */
  hosts: readonly string[];
  /** True while commands run in a sandbox that was tried and holds. */
  sandboxWorks: boolean;
};

/** A standing yes of the person for one run; without a prefix for every command. */
export type Grant = { prefix?: string };

export type Verdict =
  | { do: 'run' }
  | { do: 'refuse'; reason: string }
  | {
      do: 'ask';
      /** Each says why, for the person. */
      reasons: string[];
      /** Opened for this command alone if the person allows it. */
      hosts: string[];
      /** No standing yes covers it. */
      always: boolean;
      /** What a rule for commands like this would begin with. */
      prefix?: string;
    };

export function judgeCommand(
  line: string,
  parsed: ParsedLine,
  { rules, grants }: { rules: TerminalRules; grants: readonly Grant[] },
): Verdict {
  if (rules.policy === 'deny') {
    return {
      do: 'refuse',
      reason: 'Commands are switched off by the setting muster.terminal.policy.',
    };
  }
  const always = alwaysAsk(line, parsed, rules);
  if (always.reasons.length > 0) return { do: 'ask', always: true, ...always };
  if (!parsed.ok) return ask([`it cannot be read as a shell command (${parsed.reason})`]);
  if (grants.some((grant) => grant.prefix === undefined)) return { do: 'run' };
  const doubts = parsed.commands.flatMap((command) => doubtsAbout(command, { rules, grants }));
  if (rules.policy === 'sandboxed' && rules.sandboxWorks) {
    const opaque = parsed.commands.flatMap(({ opaque }) => opaque ?? []);
    return opaque.length === 0 ? { do: 'run' } : ask(opaque);
  }
  if (doubts.length === 0) return { do: 'run' };
  return { ...ask([...new Set(doubts)]), ...prefixOf(parsed) };
}

function ask(reasons: string[]): Extract<Verdict, { do: 'ask' }> {
  return { do: 'ask', reasons, hosts: [], always: false };
}

/** What no standing yes covers: hidden characters, rules that forbid, installs, hosts that are not open. */
function alwaysAsk(
  line: string,
  parsed: ParsedLine,
  rules: TerminalRules,
): { reasons: string[]; hosts: string[] } {
  const reasons: string[] = [];
  const hosts: string[] = [];
  if (
    /[\p{Cf}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}|(?! )\p{Zs}/u.test(line) ||
    hiddenIn(line, 1).length > 0
  ) {
    reasons.push('it holds characters that do not show, so that it may not be what it looks like');
  }
  const candidates = parsed.ok ? parsed.commands.flatMap(possibleCommands) : [line.split(/\s+/u)];
  for (const rule of rules.deny) {
    if (
      candidates.some((words) => beginsWith(words, rule) || beginsWith(withoutFolder(words), rule))
    )
      reasons.push(`the setting muster.terminal.deny names "${rule}"`);
  }
  if (rules.deny.length > 0 && parsed.ok && parsed.commands.some(isUnknown)) {
    reasons.push(
      'what it runs cannot be told, so that it cannot be held against muster.terminal.deny',
    );
  }
  for (const words of candidates) {
    const outgoing = outgoingOf(words);
    if (outgoing === undefined) continue;
    const open =
      outgoing.hosts.length > 0 && outgoing.hosts.every((host) => isOpen(host, rules.hosts));
    if (outgoing.kind === 'network' && open) continue;
    hosts.push(...outgoing.hosts.filter((host) => !isOpen(host, rules.hosts) && !isLoopback(host)));
    const named =
      outgoing.hosts.length > 0 ? outgoing.hosts.join(', ') : 'hosts that it does not name';
    reasons.push(
      outgoing.kind === 'install'
        ? `${outgoing.manager} installs or fetches packages from ${named}${outgoing.runsScripts ? ', and packages may run scripts of their own' : ''}`
        : `${outgoing.program} talks to ${named}`,
    );
  }
  return { reasons: [...new Set(reasons)], hosts: [...new Set(hosts)] };
}

/** Why no rule lets the command run by itself; empty where one does. */
function doubtsAbout(
  command: SubCommand,
  { rules, grants }: { rules: TerminalRules; grants: readonly Grant[] },
): string[] {
  const { words, assigns, redirects, inside, opaque } = command;
  const doubts: string[] = [];
  if (opaque !== undefined) doubts.push(opaque);
  for (const each of inside) doubts.push(`it has a command inside ${each}`);
  if (assigns.length > 0) doubts.push(`it sets ${assigns.join(', ')}`);
  for (const { operator, target } of redirects) {
    if (!isHarmless(operator, target)) doubts.push(`it redirects to or from ${target.text}`);
  }
  if (words.some((word) => !word.fixed)) doubts.push('the shell fills in some of its words');
  const fixed = fixedWords(command);
  if (fixed.length === 0) return doubts;
  const prefixes = [...rules.allow, ...grants.flatMap(({ prefix }) => prefix ?? [])];
  const isAllowed = prefixes.some((prefix) => covers(fixed, prefix)) && !escapes(fixed);
  // Without a sandbox only the person's own rules count.
  if (isAllowed || (rules.sandboxWorks && isLooking(fixed))) return doubts;
  return [...doubts, `no rule allows ${programName(fixed)}`];
}

/** A rule for all of git is none for its sub-commands that run others. */
function covers(words: readonly string[], prefix: string): boolean {
  if (!beginsWith(words, prefix)) return false;
  const isWholeGit = programName([prefix.trim()]) === 'git';
  return !(isWholeGit && isGitThatRuns(words.slice(1)));
}

/** A rule for a program is not one for what the program can be made to run. */
function escapes(words: readonly string[]): boolean {
  const [, ...args] = words;
  if (isWrapper(words) && !isLooking(words)) return true;
  return runsAnother(words) || (programName(words) === 'git' && injectsIntoGit(args));
}

function isHarmless(operator: string, { text, fixed }: Word): boolean {
  if (/[<>]&$/u.test(operator)) return fixed && /^\d+$|^-$/u.test(text);
  return fixed && text === '/dev/null';
}

/** The command, and for a wrapper every end of it, one of which is what it runs. */
function possibleCommands(command: SubCommand): string[][] {
  const texts = command.words.map((word) => word.text);
  if (!isWrapper(texts)) return texts.length === 0 ? [] : [texts];
  // Some wrappers take a whole line as one word.
  const parts = texts.flatMap((text) => text.split(/[\s;&|()`"'=]+/u)).filter(Boolean);
  return [texts, parts].flatMap((words) => words.map((_, index) => words.slice(index)));
}

function isUnknown({ words, opaque }: SubCommand): boolean {
  if (opaque !== undefined || words[0]?.fixed === false) return true;
  const texts = words.map((word) => word.text);
  // A prompt is expanded once more.
  if (texts.some((text) => text.includes('@P}'))) return true;
  if (isLooking(texts)) return false;
  const isOpenWrapper =
    isWrapper(texts) && (words.some((word) => !word.fixed) || runsWhatItReads(texts));
  return (
    isOpenWrapper ||
    /^(?:alias|hash|enable|shopt)$/u.test(programName(texts)) ||
    (programName(texts) === 'git' && injectsIntoGit(texts.slice(1))) ||
    // Builtins evaluate what stands in the index of an array.
    texts.slice(1).some((text) => /\$\(|`/u.test(text))
  );
}

/** What `find` or `xargs` put in the place of the program, and lines that `parallel` and `batch` read. */
function runsWhatItReads(words: readonly string[]): boolean {
  const name = programName(words);
  if (/^(?:parallel|at|batch|expect|gdb|tmux|screen|busybox|toybox)$/u.test(name)) return true;
  const replaces =
    name === 'xargs' && words.some((word) => /^(?:-[^-]*[Ii]|--replace)/u.test(word));
  const inFind = words.some(
    (word, index) => /^-(?:exec|ok)/u.test(words[index - 1] ?? '') && word.includes('{}'),
  );
  return replaces || inFind;
}

function withoutFolder(words: readonly string[]): string[] {
  return [programName(words), ...words.slice(1)];
}

/** Whether the words begin with those of a rule. */
export function beginsWith(words: readonly string[], rule: string): boolean {
  const wanted = rule.trim().split(/\s+/u).filter(Boolean);
  return wanted.length > 0 && wanted.every((word, index) => words[index] === word);
}

/** `*.example.org` stands for every host below it. */
function isOpen(host: string, hosts: readonly string[]): boolean {
  return hosts.some((each) =>
    each.startsWith('*.') ? host.endsWith(each.slice(1)) : each.toLowerCase() === host,
  );
}

/** A rule is offered for one plain command: its program and what it does, e.g. `npm run`. */
function prefixOf(parsed: Extract<ParsedLine, { ok: true }>): { prefix?: string } {
  const [only, ...others] = parsed.commands;
  if (only === undefined || others.length > 0 || only.inside.length > 0) return {};
  if (only.opaque !== undefined || only.assigns.length > 0) return {};
  const words = fixedWords(only);
  if (words.length === 0 || isWrapper(words) || only.redirects.length > 0) return {};
  if (only.words.length > words.length) return {};
  const plain = words.findIndex((word, index) => index > 0 && !/^[a-z][\w:-]*$/iu.test(word));
  const length = Math.min(plain < 0 ? words.length : plain, 3);
  // A rule for a whole program is more than this command asks for.
  if (length === 1 && words.length > 1) return {};
  return { prefix: words.slice(0, length).join(' ') };
}
