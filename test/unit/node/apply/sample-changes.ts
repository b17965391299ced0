/** A workspace and a set of changes that uses every kind of step. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileWrite } from '../../../../src/engine/apply-port.ts';

type Kind = 'file' | 'exec' | 'link';
const modes = { file: '100644', exec: '100755', link: '120000' } as const;

export function write(
  file: string,
  before?: string | Uint8Array | [string, Kind],
  after?: string | Uint8Array | [string, Kind],
): FileWrite {
  const side = (
    content: string | Uint8Array | [string, Kind],
  ): { bytes: Uint8Array; mode: string } => {
    if (!Array.isArray(content)) return { bytes: Buffer.from(content), mode: modes.file };
    return { bytes: Buffer.from(content[0]), mode: modes[content[1]] };
  };
  const [was, will] = [
    before === undefined ? undefined : side(before),
    after === undefined ? undefined : side(after),
  ];
  return {
    path: file,
    ...(was && { before: was.bytes, beforeMode: was.mode }),
    ...(will && { after: will.bytes, afterMode: will.mode }),
  };
}

export async function makeSample(root: string): Promise<void> {
  const put = async (file: string, content: string, permissions = 0o644): Promise<void> => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
    await chmod(path.join(root, file), permissions);
  };
  await put('a.txt', 'a');
  await put('sub/b.txt', 'b', 0o640);
  await put('sub/run.sh', 'run', 0o755);
  await put('only/here/gone.txt', 'gone');
  await chmod(path.join(root, 'only'), 0o751);
  await put('file-to-folder', 'was a file', 0o600);
  await put('folder-to-file/one', '1');
  await put('folder-to-file/two/three', '3');
  await put('untouched', 'untouched', 0o444);
  await symlink('a.txt', path.join(root, 'link'));
}

export const sampleChanges: FileWrite[] = [
  write('a.txt', 'a', 'A\r\nno end'),
  write('sub/b.txt', 'b', ['b', 'exec']),
  write('sub/run.sh', ['run', 'exec'], ['RUN', 'exec']),
  write('only/here/gone.txt', 'gone'),
  write('file-to-folder', 'was a file'),
  write('file-to-folder/inner/x', undefined, 'x'),
  write('folder-to-file/one', '1'),
  write('folder-to-file/two/three', '3'),
  write('folder-to-file', undefined, 'is a file now'),
  write('new/deep/exec.sh', undefined, ['#!', 'exec']),
  write('link', ['a.txt', 'link'], ['sub/b.txt', 'link']),
  write('new/link', undefined, ['../a.txt', 'link']),
];

export const sampleAfter: Record<string, string> = {
  'a.txt': '644 A\r\nno end',
  'file-to-folder': 'folder 755',
  'file-to-folder/inner': 'folder 755',
  'file-to-folder/inner/x': '644 x',
  'folder-to-file': '644 is a file now',
  link: 'link to sub/b.txt',
  new: 'folder 755',
  'new/deep': 'folder 755',
  'new/deep/exec.sh': '755 #!',
  'new/link': 'link to ../a.txt',
  sub: 'folder 755',
  'sub/b.txt': '750 b',
  'sub/run.sh': '755 RUN',
  untouched: '444 untouched',
};
