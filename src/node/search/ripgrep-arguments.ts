/** How ripgrep is called: nothing that a model wrote can become a flag, and no configuration counts. */
import type { SearchQuery } from '../../engine/lane-ports.ts';
import { dependencyFolders } from '../ignore-rules.ts';

const maxFileSize = '2M';

/** `root` is the folder that it is started in. */
export function ripgrepArguments(query: SearchQuery): string[] {
  return [
    '--no-config',
    ...['--no-follow', '--hidden', '--no-messages', '--no-mmap'],
    // As in lists: the .gitignore files of the lane, and no other rules.
    ...['--no-require-git', '--no-ignore-dot', '--no-ignore-exclude'],
    ...['--no-ignore-global', '--no-ignore-parent'],
    ...['.git', ...[...dependencyFolders].map((name) => `${name}/`)].flatMap((name) => [
      '--iglob',
      `!${name}`,
    ]),
    ...['--no-binary', '--no-search-zip', '--no-pre', '--engine=default', '--crlf'],
    `--max-filesize=${maxFileSize}`,
    // One thread each: path order, and as many searches at once as there are cores.
    ...['--sort=path', '--threads=1'],
    ...['--color=never', '--no-heading', '--with-filename', '--null', '--line-number', '--column'],
    ...['--no-context-separator', '--max-columns=0', '--path-separator=/'],
    ...(query.context > 0 ? [`--context=${query.context}`] : []),
    ...(query.regex ? ['--no-fixed-strings'] : ['--fixed-strings']),
    ...(query.word ? ['--word-regexp'] : []),
    ...(query.firstOnly ? ['--max-count=1'] : []),
    ...['--case-sensitive', ...nameFilter(query.glob)],
    ...['-e', query.pattern, '--', './'],
  ];
}

/**
 * Which names can match at all, so that ripgrep leaves out the others; the glob itself is judged
 * afterwards, by the rules of `list_files`. A type is used since globs would override ignore rules.
 */
function nameFilter(glob: string | undefined): string[] {
  const name = glob?.split('/').at(-1) ?? '';
  if (!/^\*[\w.-]+$/.test(name)) return [];
  return [`--type-add=muster:${name}`, '--type=muster'];
}
