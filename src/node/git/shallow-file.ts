/** Has git take a commit for the beginning of history, by the file and the lock that git itself uses. */
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '../../shared/muster-error.ts';

const tries = 100;
const pauseMs = 20;
/** git holds the lock for milliseconds; one this old is from a crash. */
const staleMs = 60_000;

/** Written without waiting for the disk. */
export async function endHistoryAt(gitDir: string, commit: string): Promise<void> {
  const file = path.join(gitDir, 'shallow');
  if (lists(await textOf(file), commit)) return;
  const lock = `${file}.lock`;
  const handle = await openLock(lock);
  try {
    const text = await textOf(file);
    await handle.writeFile(lists(text, commit) ? text : `${text}${commit}\n`);
    await handle.close();
    await rename(lock, file);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(lock, { force: true });
    throw error;
  }
}

async function openLock(lock: string) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(lock, 'wx', 0o600);
    } catch (cause) {
      const taken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
      if (!taken || attempt === tries) throw notWritable(cause);
    }
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleMs) await rm(lock, { force: true });
    else await delay(pauseMs);
  }
}

function lists(text: string, commit: string): boolean {
  return text.split('\n').includes(commit);
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function notWritable(cause: unknown): MusterError {
  return new MusterError(
    'staging',
    "Muster's staging repository could not be written. Your files were not touched. Check that the state folder is writable (muster doctor prints it) and start the run again.",
    { cause },
  );
}
