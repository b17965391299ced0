/** Arguments by which a program runs something else than itself: a rule that allows the program does not mean that. */
import { programName } from './parsed-line.ts';

type Check = (args: readonly string[]) => boolean;

const some =
  (...flags: readonly RegExp[]): Check =>
  (args) =>
    args.some((arg) => flags.some((flag) => flag.test(arg)));

/** Long options may be cut short, short ones stand together. */
const running: Readonly<Record<string, Check>> = {
  rg: some(/^--(?:pre|hostname-bin)/u),
  sort: some(/^--co/u),
  tar: (args) =>
    some(/^--(?:to-c|checkpoint-|us|rs|inf|new-)/u, /^-[^-]*[IF]/u)(args) ||
    /^[a-zA-Z]*[IF]/u.test(args[0] ?? ''),
  ssh: some(/^-[^-]*o/u),
  zip: some(/^-[^-]*TT/u, /^--unz/u),
  man: some(/^-[^-]*[PH]/u, /^--(?:pa|ht|br)/u),
  go: some(/^--?(?:exec|toolexec|vettool|overlay)/u),
  cargo: some(/^--config/u),
  npm: some(/^--script-s/u, /^--node-o/u),
  pnpm: some(/^--(?:config\.)?script-s/u),
  make: some(
    /^(?:SHELL|MAKEFLAGS|CC|CXX|\.SHELLFLAGS)[:+?]?=/u,
    /^--ev/u,
    /^-[^-]*f/u,
    /^--(?:fi|ma)/u,
  ),
  node: some(/^-[^-]*[erpi]/u, /^--(?:ev|pr|re|im|lo|exp|inp|env)/u),
  python: some(/^-[^-]*c/u),
  python3: some(/^-[^-]*c/u),
  perl: some(/^-[^-]*[eEsiM]/u),
  ruby: some(/^-[^-]*[er]/u),
  sed: (args) => !isPlainSed(args),
  awk: some(/system|getline|[|>]|^-[^-]*[fiElIe]|^--/u),
  gawk: some(/system|getline|[|>]|@|^-[^-]*[fiElIe]|^--/u),
  less: some(/^\+/u),
  vim: () => true,
  vi: () => true,
  ed: () => true,
  gdb: () => true,
};

/** True where the arguments make the program run something else than what a rule for it names. */
export function runsAnother([program = '', ...args]: readonly string[]): boolean {
  const name = programName([program]);
  return Object.hasOwn(running, name) && running[name]?.(args) === true;
}

const address = String.raw`(?:\d+|\$)(?:,(?:\d+|\$))?`;
const substitute = String.raw`s([/|,#:!@])(?:(?!\2)[^\\\n]|\\.)*\2(?:(?!\2)[^\\\n]|\\.)*\2[gpiI\d]*`;
const sedCommand = new RegExp(`^(${address})?(?:[pdq=]|${substitute})$`, 'u');

/** `e` runs and `w` writes, as commands and as flags; what is not known to be neither may be one. */
function isPlainSed(args: readonly string[]): boolean {
  if (args.some((arg) => /^-[^-]*[fe]|^--(?:fi|ex)/u.test(arg))) return false;
  const script = args.find((arg) => !arg.startsWith('-')) ?? '';
  return sedCommand.test(script.trim());
}

const gitThatRuns =
  /^(?:bisect|config|difftool|filter-branch|filter-repo|for-each-repo|hook|instaweb|maintenance|mergetool|rebase|send-email|submodule|svn|p4|cvsimport|daemon|web--browse|help|stash|worktree|init|notes|replace|update-ref|am|archive|clone)$/u;

/** Sub-commands of git that run what their arguments or the settings name; a rule for all of git is none for these. */
export function isGitThatRuns(args: readonly string[]): boolean {
  const command = args.find((arg) => !arg.startsWith('-'));
  return command !== undefined && gitThatRuns.test(command);
}
