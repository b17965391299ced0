/** Paths as file systems compare them that fold case, compose, or drop characters that show nothing. */

// HFS+ drops such code points from names before it compares them (CVE-2014-9390).
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/** A name as any file system may take it: two names that fold alike may be one file. */
export function foldName(name: string): string {
  const bare = name.replace(ignorable, '').normalize('NFKC').replace(ignorable, '');
  return bare
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/[. ]+$/u, '');
}

/** The names of a path folded, joined by `/`; what Windows takes for a stream is cut off. */
export function foldPath(path: string): string {
  return path
    .split(/[/\\]/u)
    .map((name) => foldName(name.split(':')[0] ?? ''))
    .filter((name) => name !== '')
    .join('/');
}
