/** Every workspace has its own state folder, outside of it, and not every folder can be a workspace. */
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import {
  findStateFolder,
  type Machine,
  makeStateFolder,
  userStateRoot,
} from '../../../src/node/state-folder.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('the state folder', () => {
  const makeFolder = temporaryFolders();
  let base: string;
  let machine: Machine;
  let workspace: string;

  beforeEach(async () => {
    base = await makeFolder();
    machine = { platform: 'linux', home: path.join(base, 'home'), environment: {} };
    workspace = path.join(base, 'home', 'project');
    await mkdir(workspace, { recursive: true });
  });

  it('lies where the platform keeps the state of a person', () => {
    const linux = { platform: 'linux', home: '/home/ada' } as const;
    const roots = [
      userStateRoot({ ...linux, environment: {} }),
      userStateRoot({ ...linux, environment: { XDG_STATE_HOME: '/state' } }),
      userStateRoot({ ...linux, environment: { XDG_STATE_HOME: 'relative' } }),
      userStateRoot({ platform: 'darwin', home: '/Users/ada', environment: {} }),
      userStateRoot({ platform: 'win32', home: '/u', environment: { LOCALAPPDATA: '/local' } }),
    ];
    assert.deepEqual(roots, [
      '/home/ada/.local/state/muster',
      '/state/muster',
      '/home/ada/.local/state/muster',
      '/Users/ada/Library/Application Support/Muster',
      '/local/Muster',
    ]);
  });

  it('is the same for a workspace however it is reached, and another for another', async () => {
    await symlink(workspace, path.join(base, 'alias'));
    await mkdir(path.join(base, 'other'));
    const direct = await findStateFolder({ workspace }, machine);
    const alias = await findStateFolder({ workspace: path.join(base, 'alias') }, machine);
    const other = await findStateFolder({ workspace: path.join(base, 'other') }, machine);
    assert.deepEqual(alias, direct);
    assert.equal(direct.workspace, workspace);
    assert.equal(path.dirname(direct.folder), path.join(machine.home, '.local/state/muster'));
    assert.match(path.basename(direct.folder), /^[0-9a-f]{16}$/);
    assert.notEqual(other.folder, direct.folder);
  });

  it('is made when asked for, for its owner alone', async () => {
    const state = await findStateFolder(
      { workspace, state: path.join(base, 'elsewhere') },
      machine,
    );
    await assert.rejects(stat(state.root), { code: 'ENOENT' });
    await makeStateFolder(state);
    await makeStateFolder(state);
    assert.equal((await stat(state.folder)).mode & 0o777, 0o700);
    assert.equal(await readFile(path.join(state.folder, 'workspace'), 'utf8'), `${workspace}\n`);
  });

  it('says so when it cannot be made', async () => {
    await writeFile(path.join(base, 'a-file'), '');
    const state = await findStateFolder({ workspace, state: path.join(base, 'a-file') }, machine);
    await assert.rejects(makeStateFolder(state), { code: 'storage' });
  });

  it('is refused inside the workspace', async () => {
    const inside = path.join(workspace, 'state');
    await assert.rejects(findStateFolder({ workspace, state: inside }, machine), {
      code: 'bad-input',
    });
    await symlink(workspace, path.join(base, 'alias'));
    const aliased = path.join(base, 'alias', 'state');
    await assert.rejects(findStateFolder({ workspace, state: aliased }, machine), {
      code: 'bad-input',
    });
  });

  it('does not exist for a workspace that is no folder', async () => {
    await writeFile(path.join(base, 'a-file'), '');
    for (const name of ['a-file', 'nowhere']) {
      const given = { workspace: path.join(base, name) };
      await assert.rejects(findStateFolder(given, machine), { code: 'no-folder' });
    }
  });

  it('does not exist for home folders, file-system roots and what holds them', async () => {
    for (const folder of [machine.home, base, '/']) {
      const refused = findStateFolder({ workspace: folder }, machine);
      await assert.rejects(refused, { code: 'unsuitable-workspace' }, folder);
    }
  });

  it("does not exist for folders of Muster's own or of git's", async () => {
    const elsewhere = path.join(base, 'elsewhere');
    const state = await findStateFolder({ workspace, state: elsewhere }, machine);
    await makeStateFolder(state);
    const lane = path.join(state.folder, 'lanes', 'run', 'a');
    const hooks = path.join(workspace, '.git', 'hooks');
    const lookalike = path.join(base, '..project');
    for (const folder of [lane, hooks, lookalike]) await mkdir(folder, { recursive: true });
    for (const folder of [lane, state.folder, elsewhere, hooks]) {
      const refused = findStateFolder({ workspace: folder }, machine);
      await assert.rejects(refused, { code: 'unsuitable-workspace' }, folder);
    }
    await findStateFolder({ workspace: lookalike }, machine);
  });
});
