/** Bytes and names of every kind pass snapshot, lane, merge and apply unchanged, and the person's .git stays as it is. */
import assert from 'node:assert/strict';
import {
  appendFile,
  lstat,
  mkdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { FileWrite } from '../../../../src/engine/apply-port.ts';
import { createApply } from '../../../../src/node/apply/apply.ts';
import { basePath } from '../../../../src/shared/changes.ts';
import { contentsOf, fingerprintOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  commitLane,
  laneA,
  laneB,
  never,
  type StagedWorkspace,
  stagedWorkspace,
} from './staged-workspace.ts';

const kinds: Record<string, Uint8Array> = {
  'crlf.txt': Buffer.from('one\r\ntwo\r\n'),
  'mixed.txt': Buffer.from('one\r\ntwo\nthree\rfour'),
  'bom.txt': Buffer.from('\uFEFFmark\n'),
  'utf16.txt': Buffer.from('\uFEFFwide\r\n', 'utf16le'),
  'latin1.txt': Buffer.from('caf\u00e9\n', 'latin1'),
  'binary.bin': Uint8Array.from({ length: 256 }, (_, byte) => byte),
  'empty.txt': Buffer.alloc(0),
  '-dash': Buffer.from('dash'),
  '--force.txt': Buffer.from('dashes'),
  'with space.txt': Buffer.from('space'),
  'with\nnewline.txt': Buffer.from('newline'),
  'na\u00efve/\u65e5\u672c\u8a9e.txt': Buffer.from('non-ASCII'),
};
const run = Buffer.from('#!/bin/sh\n');

describe('every kind of file', function () {
  this.timeout(120_000);
  const makeFolder = temporaryFolders();

  async function fill(
    place: Pick<StagedWorkspace, 'write' | 'link'>,
    below: string,
  ): Promise<void> {
    for (const [name, bytes] of Object.entries(kinds)) await place.write(`${below}/${name}`, bytes);
    await place.write(`${below}/run.sh`, run, 0o755);
    await place.link(`${below}/link`, 'run.sh');
  }

  it('comes through snapshot, lane, merge and apply as it is', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await fill(place, 'kept');
    await fill(place, 'edited');
    await fill(place, 'removed');
    await place.initialise();
    const git = await fingerprintOf(path.join(place.workspace, '.git'));
    const staging = place.staging();
    const { commit: base, leftOut } = await staging.snapshot(never);
    assert.deepEqual(leftOut, []);
    await Promise.all([laneA, laneB].map((lane) => staging.openLane(lane, { base }, never)));
    const [inA, inB] = [place.laneFolder(laneA), place.laneFolder(laneB)];
    for (const root of [inA, inB]) {
      assert.deepEqual(await contentsOf(root), await withoutGit(place.workspace));
    }
    // A edits every kind in place and makes them anew elsewhere; B removes some.
    for (const name of Object.keys(kinds)) {
      await appendFile(path.join(inA, 'edited', name), Uint8Array.of(0xff, 13, 10));
    }
    await rm(path.join(inA, 'edited/link'));
    await symlink('crlf.txt', path.join(inA, 'edited/link'));
    await fill(
      { write: writerAt(inA), link: (name, to) => symlink(to, path.join(inA, name)) },
      'added',
    );
    // What exists may be called so; Muster makes no new file of such a name.
    await rm(path.join(inA, 'added/with\nnewline.txt'));
    await rm(path.join(inB, 'removed'), { recursive: true });
    const first = await staging.merge(base, await commitLane(staging, laneA, base), 'A', never);
    assert.ok(first.clean);
    const second = await staging.merge(
      first.head,
      await commitLane(staging, laneB, base),
      'B',
      never,
    );
    assert.ok(second.clean);
    const wanted = await contentsOf(inA);
    for (const name of Object.keys(wanted)) if (name.startsWith('removed/')) delete wanted[name];

    const { files } = await staging.diff(base, second.head, never);
    const writes = await Promise.all(
      files.map(async (file): Promise<FileWrite> => {
        const { path: name, renamedFrom, baseMode, headMode } = file;
        const before = await staging.readFile(base, basePath(file));
        const after = await staging.readFile(second.head, name);
        return {
          path: name,
          ...(renamedFrom === undefined ? {} : { renamedFrom }),
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
          ...(baseMode === undefined ? {} : { beforeMode: baseMode }),
          ...(headMode === undefined ? {} : { afterMode: headMode }),
        };
      }),
    );
    await staging.settled();
    // Nothing of the person was written until now.
    assert.deepEqual(await fingerprintOf(path.join(place.workspace, '.git')), git);
    const { workspace, state: folder } = place;
    const apply = createApply({ workspace, folder, isBeingEdited: () => false });
    assert.deepEqual(await apply.apply(writes, never), { applied: true, merged: [], unsaved: [] });
    assert.deepEqual(await withoutGit(workspace), wanted);
    assert.deepEqual(await readFile(path.join(workspace, 'added/latin1.txt')), kinds['latin1.txt']);
    assert.equal(await readlink(path.join(workspace, 'edited/link')), 'crlf.txt');
    assert.equal((await lstat(path.join(workspace, 'added/run.sh'))).mode & 0o111, 0o111);
    assert.deepEqual(await fingerprintOf(path.join(workspace, '.git')), git);
    // The next snapshot finds what was applied.
    const next = await place.staging().snapshot(never);
    assert.deepEqual((await staging.diff(second.head, next.commit, never)).files, []);
  });
});

function writerAt(root: string): StagedWorkspace['write'] {
  return async (name, content, mode = 0o644) => {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content, { mode });
  };
}

async function withoutGit(folder: string): Promise<Record<string, string>> {
  const entries = Object.entries(await contentsOf(folder));
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('.git/')));
}
