/** What goes into a snapshot comes out of it byte for byte, and the workspace does not notice. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { contentsOf, fingerprintOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  laneA,
  never,
  openLaneAt,
  readText,
  type StagedWorkspace,
  stagedWorkspace,
} from './staged-workspace.ts';

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

async function fillWithEveryKind(place: StagedWorkspace): Promise<void> {
  await place.write('crlf.txt', 'one\r\ntwo\r\n');
  await place.write('mixed-ends.txt', 'one\r\ntwo\nthree\rfour');
  await place.write('bom.txt', '\uFEFFwith a mark\n');
  await place.write('utf16.txt', Buffer.from('\uFEFFtwo bytes each\r\n', 'utf16le'));
  await place.write('latin1.txt', Buffer.from('caf\u00e9 cr\u00e8me\n', 'latin1'));
  await place.write('binary.bin', allBytes);
  await place.write('empty.txt', '');
  await place.write('one-byte.txt', 'x');
  await place.write('ident.txt', '$Id$ $Format:%H$\n');
  await place.write('run.sh', '#!/bin/sh\n', 0o755);
  await place.write('-dash.txt', 'dash');
  await place.write('--force', 'two dashes');
  await place.write('with space.txt', 'space');
  await place.write('with\nnewline.txt', 'newline');
  await place.write('with"quote\\and\tTab.txt', 'quote');
  await place.write(':(glob)*.txt', 'a pathspec in name only');
  await place.write('na\u00efve/\u65e5\u672c\u8a9e.txt', 'non-ASCII');
  await place.write('deep/er/and/deeper/file.txt', 'deep');
  await place.link('link', 'deep/er');
  await place.link('dangling', 'no/such/file');
  await place.link('outside', '/etc/hostname');
}

describe('the bytes of a snapshot', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  it('are those of the workspace, whatever they are, in a lane made from it', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await fillWithEveryKind(place);
    const staging = place.staging();
    const { commit, files, leftOut } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    assert.deepEqual(await contentsOf(lane), await contentsOf(place.workspace));
    assert.equal(files, Object.keys(await contentsOf(place.workspace)).length);
    assert.deepEqual(leftOut, []);
  });

  it('are not converted where the repository asks for conversion', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await fillWithEveryKind(place);
    await place.initialise();
    await place.write(
      '.gitattributes',
      '* text=auto eol=crlf ident\n*.txt working-tree-encoding=UTF-16 filter=shout\n*.bin text\n',
    );
    await place.git(['config', 'core.autocrlf', 'true']);
    await place.git(['config', 'filter.shout.clean', 'tr a-z A-Z']);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    assert.deepEqual(await contentsOf(lane), await withoutGit(place.workspace));
    const recorded = await staging.recordTree(laneA, never);
    assert.deepEqual((await staging.diff(commit, recorded, never)).files, []);
  });

  it('are read back file by file, and a file that is not there is undefined', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await fillWithEveryKind(place);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    assert.deepEqual(await staging.readFile(commit, 'binary.bin'), allBytes);
    assert.equal(await readText(staging, commit, 'with\nnewline.txt'), 'newline');
    assert.equal(await readText(staging, commit, '-dash.txt'), 'dash');
    assert.equal(await readText(staging, commit, 'link'), 'deep/er');
    assert.equal(await staging.readFile(commit, 'no-such.txt'), undefined);
    assert.equal(await staging.readFile(commit, 'deep'), undefined);
    assert.equal(await staging.readFile(commit, 'link/and/deeper/file.txt'), undefined);
    await assert.rejects(staging.readFile('0'.repeat(40), 'empty.txt'), { code: 'staging' });
  });

  it('hold what unsaved editors show instead of what is on disk', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('open.ts', 'old\n');
    await place.write('open.sh', 'old\n', 0o755);
    await place.write('target.ts', 'old\n');
    await place.link('alias.ts', 'target.ts');
    await place.write('.gitignore', 'ignored.log\n');
    await place.write('ignored.log', 'old\n');
    await place.write('.env', 'KEY=1\n');
    const bytes = Buffer.from('new\r\n');
    const names = ['open.ts', 'open.sh', 'alias.ts', 'ignored.log', '.env'];
    const staging = place.staging({ unsaved: names.map((name) => ({ path: name, bytes })) });
    const { commit, leftOut } = await staging.snapshot(never);
    assert.equal(await readText(staging, commit, 'open.ts'), 'new\r\n');
    assert.equal(await readText(staging, commit, 'alias.ts'), 'target.ts');
    assert.equal(await readText(staging, commit, 'target.ts'), 'old\n');
    assert.equal(await readText(staging, commit, 'ignored.log'), '(absent)');
    assert.equal(await readText(staging, commit, '.env'), '(absent)');
    assert.deepEqual(leftOut.map((each) => each.path).sort(), ['.env', 'alias.ts']);
    const lane = await openLaneAt(place, staging, commit);
    assert.match((await contentsOf(lane))['open.sh'] ?? '', /^exec /);
  });

  it('are taken without a write to the workspace or its .git', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await fillWithEveryKind(place);
    await place.initialise();
    await place.write('crlf.txt', 'changed after the commit\r\n');
    await place.write('untracked.txt', 'untracked');
    // A touched but unchanged file makes git want to refresh its index.
    await writeFile(path.join(place.workspace, 'empty.txt'), '');
    const before = await fingerprintOf(place.workspace);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    await writeFile(path.join(lane, 'new.txt'), 'new');
    const tree = await staging.recordTree(laneA, never);
    await staging.diff(commit, tree, never);
    await staging.closeLane(laneA);
    assert.deepEqual(await fingerprintOf(place.workspace), before);
  });

  it('make the same commit when nothing changed', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await fillWithEveryKind(place);
    const first = await place.staging().snapshot(never);
    const second = await place.staging().snapshot(never);
    assert.equal(second.commit, first.commit);
  });
});

async function withoutGit(folder: string): Promise<Record<string, string>> {
  const entries = Object.entries(await contentsOf(folder));
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('.git/')));
}
