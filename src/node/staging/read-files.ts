/** The bytes of files in a commit or tree, many by one command. */
import type { ShadowGit } from '../git/shadow-git.ts';
import { lostState } from './commit-tree.ts';

/**
 * Asks for the tree as well, so that a lost object is never taken for a file that does not exist.
 * @returns in the order of the paths; undefined where there is no such file
 */
export async function readFilesAt(
  shadow: ShadowGit,
  at: string,
  paths: readonly string[],
): Promise<Array<Uint8Array | undefined>> {
  const asked = paths.map((path) => `contents ${at}:${path}\0`);
  const { stdout } = await shadow.bytes(['cat-file', '--batch-command', '-z'], {
    input: Buffer.from(`info ${at}^{tree}\0${asked.join('')}`),
  });
  let next = 0;
  const line = (): string => {
    const end = stdout.indexOf(10, next);
    const text = stdout.toString('latin1', next, end < 0 ? stdout.length : end);
    next = end < 0 ? stdout.length : end + 1;
    return text;
  };
  if (!/^[0-9a-f]+ tree \d+$/.test(line())) throw lostState();
  return paths.map((path) => {
    const header = /^[0-9a-f]+ ([a-z]+) (\d+)$/.exec(line());
    if (header === null) {
      // The answer repeats the name, and a name may hold line breaks.
      for (const _ of path.matchAll(/\n/g)) line();
      return undefined;
    }
    const bytes = stdout.subarray(next, next + Number(header[2]));
    next += Number(header[2]) + 1;
    return header[1] === 'blob' ? new Uint8Array(bytes) : undefined;
  });
}
