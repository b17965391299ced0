/** Folders that lie too deep to be listed at once. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { createLaneFiles } from '../../../src/node/lane-files.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('A list of files', () => {
  const temporaryFolder = temporaryFolders();

  it('says which folder lay too deep, and lists it by its path', async () => {
    const root = await temporaryFolder();
    const deep = Array.from({ length: 105 }, () => 'd').join('/');
    await mkdir(path.join(root, deep), { recursive: true });
    await writeFile(path.join(root, deep, 'x'), '');
    const list = (folder: string) =>
      createLaneFiles(root).list(folder, { limit: 10 }, new AbortController().signal);
    const { entries, tooDeep } = await list('.');
    assert.deepEqual(entries, []);
    assert.ok(tooDeep !== undefined && deep.startsWith(tooDeep));
    assert.deepEqual(
      (await list(tooDeep)).entries.map((each) => each.path),
      [`${deep}/x`],
    );
  });
});
