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
  tail: noFlag(/^-[^-]*[fF]/u, /^--(?:f|re)/u),
  wc: noFlag(/^--f/u),
  basename: () => true,
  dirname: () => true,
  stat: () => true,
  which: () => true,
  cmp: () => true,
  diff: noFlag(/^--(?:to|fr|pag)/u, /^-[^-]*l/u),
  grep: noFlag(/^-[^-]*[fR]/u, /^--(?:fi|der)/u),
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
  ...['runuser', 'sg', 'pkexec', 'systemd-run', 'at', 'batch', 'chrt', 'taskset', 'setarch'],
  ...['linux32', 'linux64', 'fakeroot', 'proot', 'bwrap', 'firejail', 'valgrind', 'perf', 'gdb'],
  ...['unbuffer', 'expect', 'faketime', 'prlimit', 'numactl', 'choom', 'xvfb-run', 'dbus-launch'],
  ...[
    'source',
    '.',
    'toybox',
    'rlwrap',
    'proxychains',
    'proxychains4',
    'torsocks',
    'torify',
    'start-stop-daemon',
  ],
  ...['dbus-run-session', 'nix-shell', 'catchsegv', 'cgexec', 'capsh', 'setpriv', 'ld.so', 'tmux'],
  ...['screen', 'rbash', 'time', 'not', 'fzf', 'entr', 'inotifywait', 'run-parts', 'ssh-agent'],
  ...['busybox', 'script', 'strace', 'ltrace', 'coproc', 'trap', 'entr', 'flock', 'find', 'fd'],
]);

/** Programs whose arguments are a command again; every end of them may be it. */
export function isWrapper(words: readonly string[]): boolean {
  return wrappers.has(programName(words));
}

export function isShell(words: readonly string[]): boolean {
  return shells.test(programName(words));
}
