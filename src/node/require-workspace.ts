/** A run goes on only where its workspace folder still is. */
import { stat } from 'node:fs/promises';
import { MusterError } from '../shared/muster-error.ts';

/** @throws MusterError `no-folder` */
export async function requireWorkspace(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new MusterError(
    'no-folder',
    `The workspace folder ${folder} is not there. Nothing was changed, and its runs are kept as they are. Put the folder back, then try again.`,
  );
}
