/** Says of a failure that the disk was full, whoever met it: git or Node. */
import { statfs } from 'node:fs/promises';
import { MusterError } from '../../shared/muster-error.ts';
import { systemCode } from '../file-errors.ts';

/** As the system says it to git, which runs with the C locale. */
const said = /No space left on device|Disk quota exceeded/;
/** git does not always say why; with so little left that the largest file may not fit, this is why. */
const saidLess = /unable to (?:write|create)|write error|could not write/;
const littleBytes = 32 * 1024 * 1024;

/** @throws what `work` rejects with, or MusterError `storage` where that is for want of space */
export async function sayingDiskFull<Result>(
  folder: string,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw (await isDiskFull(folder, error)) ? diskFull(error) : error;
  }
}

async function isDiskFull(folder: string, error: unknown): Promise<boolean> {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  const cause = error instanceof MusterError ? error.cause : undefined;
  if (!(cause instanceof Error)) return false;
  if (said.test(cause.message)) return true;
  if (!saidLess.test(cause.message)) return false;
  const disk = await statfs(folder).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < littleBytes;
}

function diskFull(cause: unknown): MusterError {
  return new MusterError(
    'storage',
    "There is no space left on the disk that holds Muster's state folder, where the tasks work on copies of your files. Your files were not touched, and what was recorded before is kept. Free some space there (muster doctor prints the folder and what is in it), then resume the run or retry the task.",
    { cause },
  );
}
