/** The files of a revision or of a folder, to the byte and the mode, so that they can be compared. */
import { execFile, spawn } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** git's mode and the bytes, of a link those of its target. */
export type TreeFile = { mode: string; bytes: Buffer };
export type TreeFiles = Map<string, TreeFile>;

/** @param revision what git understands, or `empty` for a tree without files */
export async function filesOfRevision(
  repository: string,
  revision: string,
): Promise<{ files: TreeFiles; submodules: string[] }> {
  if (revision === 'empty') return { files: new Map(), submodules: [] };
  const list = await promisify(execFile)(
    'git',
    ['-C', repository, 'ls-tree', '-r', '-z', '--full-tree', revision],
    { encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024 },
  );
  const entries = list.stdout.split('\0').filter(Boolean).map(parseEntry);
  const blobs = entries.filter((entry) => entry.mode !== '160000');
  const contents = await readObjects(
    repository,
    blobs.map((entry) => entry.object),
  );
  const files = blobs.map(({ name, mode }, index): [string, TreeFile] => [
    name,
    { mode, bytes: contents[index] ?? Buffer.alloc(0) },
  ]);
  const submodules = entries.filter(({ mode }) => mode === '160000').map(({ name }) => name);
  return { files: new Map(files), submodules };
}

function parseEntry(line: string): { name: string; mode: string; object: string } {
  const tab = line.indexOf('\t');
  const [mode = '', , object = ''] = line.slice(0, tab).split(' ');
  return { name: line.slice(tab + 1), mode: mode === '100664' ? '100644' : mode, object };
}

function readObjects(repository: string, objects: readonly string[]): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', repository, 'cat-file', '--batch'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`git cat-file ended with ${code}`));
      const all = Buffer.concat(chunks);
      let at = 0;
      resolve(
        objects.map(() => {
          const end = all.indexOf(10, at);
          const size = Number(all.toString('latin1', at, end).split(' ')[2]);
          at = end + 1 + size + 1;
          return all.subarray(end + 1, end + 1 + size);
        }),
      );
    });
    child.stdin.end(objects.map((object) => `${object}\n`).join(''));
  });
}

export async function writeFiles(folder: string, files: TreeFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, { mode, bytes }] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    if (mode === '120000') {
      await symlink(bytes, file);
      continue;
    }
    await writeFile(file, bytes);
    await chmod(file, mode === '100755' ? 0o755 : 0o644);
  }
}

/** Without `.git` at the top. */
export async function filesOfFolder(folder: string, below = ''): Promise<TreeFiles> {
  const files: TreeFiles = new Map();
  for (const entry of await readdir(path.join(folder, below))) {
    const name = below === '' ? entry : `${below}/${entry}`;
    if (name === '.git') continue;
    const file = path.join(folder, name);
    const { mode, ...kind } = await lstat(file).then((found) => ({
      mode: found.mode,
      link: found.isSymbolicLink(),
      directory: found.isDirectory(),
    }));
    if (kind.directory) {
      for (const [inner, content] of await filesOfFolder(folder, name)) files.set(inner, content);
    } else if (kind.link) {
      files.set(name, { mode: '120000', bytes: await readlink(file, { encoding: 'buffer' }) });
    } else {
      const executable = (mode & 0o100) !== 0;
      files.set(name, { mode: executable ? '100755' : '100644', bytes: await readFile(file) });
    }
  }
  return files;
}

/** One line for each file that is not the same. */
export function differences(is: TreeFiles, should: TreeFiles): string[] {
  const names = [...new Set([...is.keys(), ...should.keys()])].toSorted();
  return names.flatMap((name) => {
    const [left, right] = [is.get(name), should.get(name)];
    if (isSameFile(left, right)) return [];
    return [`${name}: ${words(left)}, and should be ${words(right)}`];
  });
}

export function isSameFile(left: TreeFile | undefined, right: TreeFile | undefined): boolean {
  if (!left || !right) return left === right;
  return left.mode === right.mode && left.bytes.equals(right.bytes);
}

function words(file: TreeFile | undefined): string {
  return file ? `${file.mode} with ${file.bytes.length} bytes` : 'not there';
}
