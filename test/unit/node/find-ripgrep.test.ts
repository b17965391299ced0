/** Which ripgrep is used. */
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { findRipgrep } from '../../../src/node/search/find-ripgrep.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('ripgrep', () => {
  const makeFolder = temporaryFolders();
  const platform = `${process.platform}-${process.arch}`;

  for (const place of [
    ['ripgrep-universal', 'bin', platform],
    [`ripgrep-${platform}`, 'bin'],
    ['ripgrep', 'bin'],
  ]) {
    it(`is the editor's own where it ships one, as ${place.join('/')}`, async () => {
      const root = await makeFolder();
      const folder = path.join(root, 'node_modules', '@vscode', ...place);
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'rg'), '');
      await chmod(path.join(folder, 'rg'), 0o755);
      assert.deepEqual(await findRipgrep(root), { file: path.join(folder, 'rg'), from: 'editor' });
    });
  }

  it('is the one beside Muster where the editor has none, or there is no editor', async () => {
    for (const root of [await makeFolder(), undefined]) {
      const { file, from } = await findRipgrep(root);
      assert.deepEqual([from, path.basename(file)], ['package', 'rg']);
    }
  });
});
