/** Objects that are stored without a process are those that git would have stored. */
import assert from 'node:assert/strict';
import { lstat, readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { openShadowGit } from '../../../../src/node/git/shadow-git.ts';
import { writeObject } from '../../../../src/node/git/write-object.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';

describe('an object that is stored without a process', function () {
  this.timeout(20_000);
  const makeFolder = temporaryFolders();

  it('has the name and the bytes that git gives it, and is stored once', async () => {
    const shadow = await openShadowGit(path.join(await makeFolder(), 'shadow.git'));
    for (const content of [Buffer.alloc(0), Buffer.from('text\r\n'), Buffer.from([0, 255, 10])]) {
      const name = await writeObject(shadow.gitDir, 'blob', content);
      const { stdout } = await shadow.bytes(['cat-file', 'blob', name], {});
      assert.deepEqual(stdout, content);
      const hashed = await shadow.bytes(['hash-object', '-t', 'blob', '--stdin'], {
        input: content,
      });
      assert.equal(hashed.stdout.toString().trim(), name);
      const folder = path.join(shadow.gitDir, 'objects', name.slice(0, 2));
      const file = path.join(folder, name.slice(2));
      await utimes(file, 1000, 1000);
      assert.equal(await writeObject(shadow.gitDir, 'blob', content), name);
      // Collecting what is old goes by the time.
      assert.ok((await lstat(file)).mtimeMs > 1_000_000);
      assert.deepEqual(await readdir(folder), [name.slice(2)]);
    }
  });
});
