/** Git's own arguments: the sub-commands and flags that only look. A table of what is let through, for git takes any unique beginning of a flag. */

const listing = [
  ...['--stat', '--numstat', '--shortstat', '--summary', '--name-only', '--name-status', '--raw'],
  ...[
    '-p',
    '--patch',
    '--no-patch',
    '-s',
    '-w',
    '-b',
    '--ignore-all-space',
    '--color',
    '--no-color',
  ],
  ...['--oneline', '--graph', '--decorate', '--no-decorate', '--all', '--cached', '--staged', '-M'],
  ...['--merges', '--no-merges', '--first-parent', '--reverse', '--follow', '--abbrev-commit'],
  ...['--no-ext-diff', '--no-textconv', '--word-diff', '--check', '--minimal', '--patience', '-z'],
  ...['--since', '--until', '--after', '--before', '--author', '--grep', '--format', '--pretty'],
  ...['--date', '--max-count', '--skip', '--unified', '--diff-filter', '--no-renames', '-i', '-E'],
];

const readingFlags: Readonly<Record<string, readonly string[]>> = {
  status: [
    ...['-s', '--short', '-b', '--branch', '--porcelain', '--long', '-z', '-v', '--ignored'],
    ...['-u', '-uno', '-unormal', '-uall', '--untracked-files', '--no-renames'],
  ],
  diff: listing,
  log: listing,
  show: listing,
  blame: ['-w', '-L', '-s', '-l', '-e', '--porcelain', '--line-porcelain', '--date'],
  shortlog: ['-s', '-n', '-e', '--since', '--until', '--no-merges'],
  describe: ['--tags', '--always', '--all', '--long', '--abbrev', '--dirty'],
  'ls-files': [
    '-z',
    '-c',
    '-m',
    '-o',
    '-d',
    '--cached',
    '--modified',
    '--others',
    '--deleted',
    '--exclude-standard',
  ],
  'rev-parse': [
    '--short',
    '--abbrev-ref',
    '--verify',
    '-q',
    '--quiet',
    '--show-prefix',
    '--is-inside-work-tree',
  ],
};

const withNumber = /^-(?:\d+|n\d*|U\d+)$/u;

/** True for arguments (those after `git`) that only look and can run nothing but git. */
export function isReadingGit(args: readonly string[]): boolean {
  const [command = '', ...rest] = args[0] === '--no-pager' ? args.slice(1) : args;
  if (!Object.hasOwn(readingFlags, command)) return false;
  const known = readingFlags[command] ?? [];
  const end = rest.indexOf('--');
  const flags = (end < 0 ? rest : rest.slice(0, end)).filter((each) => each.startsWith('-'));
  return flags.every((flag) => known.includes(flag.split('=')[0] ?? '') || withNumber.test(flag));
}

/** True for options that make git take settings, programs or a repository from its arguments. */
export function injectsIntoGit(args: readonly string[]): boolean {
  return args.some(
    (arg) =>
      /^(?:-c|-C|-u|-O|--(?:co|exe|ext|textc|ou|op|up|rec|git-|wor|te|sep|sup|na|attr|bare))/u.test(
        arg,
      ) && !/^-(?:u(?:no|normal|all)?)$/u.test(arg),
  );
}
