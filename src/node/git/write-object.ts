/** Stores one object in the shadow repository as git does, without a process for it. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

/** As `core.looseCompression` of the shadow repository. */
const level = 1;

/** Written without waiting for the disk. @returns its name */
export async function writeObject(
  gitDir: string,
  type: 'blob' | 'commit',
  content: Uint8Array,
): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const name = createHash('sha1').update(bytes).digest('hex');
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
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(draft, await promisify(deflate)(bytes, { level }), { mode: 0o444 });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return name;
}
