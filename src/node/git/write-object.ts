/** Stores one object in the shadow repository as git does, without a process for it. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

/** As `core.looseCompression` of the shadow repository. */
const level = 1;

type Kind = 'blob' | 'commit';

export function objectName(kind: Kind, content: Uint8Array): string {
  return createHash('sha1').update(headOf(kind, content)).update(content).digest('hex');
}

/** Written without waiting for the disk. @returns its name */
export async function writeObject(
  gitDir: string,
  kind: Kind,
  content: Uint8Array,
): Promise<string> {
  const name = objectName(kind, content);
  const folder = path.join(gitDir, 'objects', name.slice(0, 2));
  const file = path.join(folder, name.slice(2));
  const now = new Date();
  const isThere = await utimes(file, now, now).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  // Its time is new now, so that collecting what is old leaves it alone.
  if (isThere) return name;
  const draft = path.join(folder, `tmp_obj_${randomUUID()}`);
  const stored = await promisify(deflate)(Buffer.concat([headOf(kind, content), content]), {
    level,
  });
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(draft, stored, { mode: 0o444 });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return name;
}

function headOf(kind: Kind, content: Uint8Array): Buffer {
  return Buffer.from(`${kind} ${content.length}\0`);
}
