/** Commands that only look, whatever their arguments, and how to tell for those where the arguments matter. */
import { isReadingGit } from './git-arguments.ts';
import { programName } from './parsed-line.ts';

type Check = (args: readonly string[]) => boolean;

const noFlag =
  (...unwanted: readonly RegExp[]): Check =>
  (args) =>
    args.every((arg) => !unwanted.some((each) => each.test(arg)));

// By beginnings: long options may be cut short, short ones stand together.
const looking: Readonly<Record<string, Check>> = {
  pwd: () => true,
  true: () => true,
  false: () => true,
  echo: () => true,
  ls: () => true,
  cat: () => true,
  head: () => true,
  tail: noFlag(/^-[^-]*[fF]/u, /^--(?:fo|re)/u),
  wc: noFlag(/^--f/u),
  basename: () => true,
  dirname: () => true,
  stat: () => true,
  which: () => true,
  cmp: () => true,
  diff: noFlag(/^--to-file/u, /^--from-file/u),
  grep: noFlag(/^-[^-]*[fR]/u, /^--(?:file|deref)/u),
  rg: noFlag(/^--(?:pre|hostname-bin|search-zip|follow|file|ignore-file)/u, /^-[^-]*[zLf]/u),
  find: noFlag(/^-(?:exec|ok|delete|fprint|fls|files0|follow)/u, /^-L$/u, /^-H$/u),
  git: isReadingGit,
};

/** True where the command only looks, and at nothing that its words place outside the folder. */
export function isLooking(words: readonly string[]): boolean {
  const [program = '', ...args] = words;
  if (!Object.hasOwn(looking, program)) return false;
  return looking[program]?.(args) === true && (program === 'echo' || !args.some(leadsOut));
}

function leadsOut(arg: string): boolean {
  const value = arg.startsWith('-') ? arg.slice(arg.indexOf('=') + 1) : arg;
  return /^[/~]/u.test(value) || value.split('/').includes('..') || /^[A-Za-z]:[\\/]/u.test(value);
}

/** Flags by which a program that a rule allows would run another; long ones may be cut short. */
const running: Readonly<Record<string, RegExp>> = {
  rg: /^--(?:pre|hostname-bin)/u,
  sort: /^--comp/u,
  tar: /^--(?:to-c|checkpoint-a|use-c|rsh|info-s|new-vol)|^-[^-]*[IF]/u,
  ssh: /^-[^-]*o/u,
};

/** True where the arguments make the program run something else than what a rule for it names. */
export function runsAnother([program = '', ...args]: readonly string[]): boolean {
  const name = programName([program]);
  const flag = Object.hasOwn(running, name) ? running[name] : undefined;
  return flag !== undefined && args.some((arg) => flag.test(arg));
}

const shells = /^(?:ba|da|z|k|a|c|tc|fi)?sh$/u;
const wrappers: ReadonlySet<string> = new Set([
  ...[
    'sudo',
    'doas',
    'su',
    'env',
    'nice',
    'ionice',
    'nohup',
    'setsid',
    'timeout',
    'time',
    'stdbuf',
  ],
  ...['xargs', 'exec', 'command', 'builtin', 'watch', 'parallel', 'chroot', 'unshare', 'nsenter'],
  ...['busybox', 'script', 'strace', 'ltrace', 'coproc', 'trap', 'entr', 'flock', 'find', 'fd'],
]);

/** Programs whose arguments are a command again; every end of them may be it. */
export function isWrapper(words: readonly string[]): boolean {
  return wrappers.has(programName(words));
}

export function isShell(words: readonly string[]): boolean {
  return shells.test(programName(words));
}
