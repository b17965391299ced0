/** For each test an empty workspace, and the state folder of its applies. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolders } from '../../../support/temporary-folder.ts';

/** To be called in a `describe`; all is removed after each test. */
export function applyPlaces(): () => Promise<{ workspace: string; folder: string }> {
  const temporaryFolder = temporaryFolders();
  return async () => {
    const base = await temporaryFolder();
    const workspace = path.join(base, 'W');
    await mkdir(workspace);
    return { workspace, folder: path.join(base, 'state') };
  };
}
