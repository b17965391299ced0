/** A snapshot that starts from the last one is the same as one that looks at everything. */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { compareListings } from '../../../../src/node/staging/listing-difference.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { seededRandom } from '../../shared/seeded-random.ts';
import { never, readText, type StagedWorkspace, stagedWorkspace } from './staged-workspace.ts';

const names = [
  'a.txt',
  'b.log',
  'src/c.ts',
  'src/d.ts',
  'src/deep/e.ts',
  'shape',
  'shape/inside',
  '.env',
  'src/key.pem',
  'große Datei.bin',
  'git~1',
];
const rules = ['', '*.log\n', '*\n', 'src/\n!src/d.ts\n', 'deep\n.gitignore\n'];
const steps = 20;
const maxFileBytes = 4096;

type Draw = (below: number) => number;

/** One thing that a person does, or some of their tools. */
async function doSomething(place: StagedWorkspace, draw: Draw): Promise<string> {
  const name = names[draw(names.length)] ?? '';
  // A file may stand where the folder was.
  const root = path.join(place.workspace, name.startsWith('shape') ? 'shape' : name);
  const clear = () => rm(root, { recursive: true, force: true });
  switch (draw(9)) {
    case 0:
    case 1:
      await clear();
      await place.write(name, `${draw(10)}\n`, draw(4) === 0 ? 0o755 : 0o644);
      return `write ${name}`;
    case 2:
      await clear();
      return `remove ${name}`;
    case 3:
      await clear();
      await place.link(name, ['a.txt', 'nowhere'][draw(2)] ?? '');
      return `link ${name}`;
    case 4:
      await clear();
      await place.write(name, 'x'.repeat(maxFileBytes + 1));
      return `grow ${name}`;
    case 5: {
      const below = ['', 'src/', 'src/deep/'][draw(3)];
      const text = rules[draw(rules.length)] ?? '';
      await place.write(`${below}.gitignore`, text);
      return `ignore ${JSON.stringify(text)} below ${below}`;
    }
    case 6:
      await place.git(['add', '--force', '--', name]).catch(() => {});
      return `add ${name}`;
    case 7:
      await place.git(['rm', '-r', '-q', '--cached', '--', name]).catch(() => {});
      return `forget ${name}`;
    default:
      await place.git(['commit', '-q', '--allow-empty', '-am', 'step']).catch(() => {});
      return 'commit';
  }
}

async function snapshotIn(place: StagedWorkspace, folder: string) {
  const staging = place.staging({ folder, maxFileBytes });
  const taken = await staging.snapshot(never);
  await staging.settled();
  await staging.close();
  return taken;
}

describe('a snapshot after another', function () {
  this.timeout(240_000);
  const makeFolder = temporaryFolders();
  const { below, seed } = seededRandom();

  it(`is what a first one would be, whatever happened in between (SEED=${seed})`, async () => {
    const base = await makeFolder();
    const place = await stagedWorkspace(base);
    await place.write('a.txt', 'a\n');
    await place.initialise();
    const done: string[] = [];
    for (let step = 0; step < steps; step += 1) {
      for (let each = below(3); each >= 0; each -= 1) done.push(await doSomething(place, below));
      const fresh = path.join(base, `fresh-${step}`);
      const again = await snapshotIn(place, place.state);
      assert.deepEqual(again, await snapshotIn(place, fresh), `after: ${done.join(', ')}`);
      await rm(fresh, { recursive: true, force: true });
    }
  });

  it('sees a nested repository come, change by its own rules, and go', async () => {
    const base = await makeFolder();
    const place = await stagedWorkspace(base);
    await place.write('a.txt', 'a\n');
    await place.initialise();
    let fresh = 0;
    const isSame = async () => {
      fresh += 1;
      const again = await snapshotIn(place, place.state);
      assert.deepEqual(again, await snapshotIn(place, path.join(base, `fresh-${fresh}`)));
      return again.files;
    };
    assert.equal(await isSame(), 1);
    await mkdir(path.join(place.workspace, 'nested'));
    await place.git(['init', '-q'], 'nested');
    await place.write('nested/b.txt', 'b\n');
    await place.write('nested/c.log', 'c\n');
    assert.equal(await isSame(), 3);
    await place.write('nested/.git/info/exclude', '*.log\n');
    assert.equal(await isSame(), 2);
    await place.write('nested/b.txt', 'changed\n');
    assert.equal(await isSame(), 2);
    await rm(path.join(place.workspace, 'nested'), { recursive: true });
    assert.equal(await isSame(), 1);
  });

  it('sees an edit of the same size within the same second', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', '0\n');
    await place.initialise();
    for (let round = 1; round < 5; round += 1) {
      await place.write('a.txt', `${round}\n`);
      const staging = place.staging({ maxFileBytes });
      const { commit } = await staging.snapshot(never);
      await staging.settled();
      assert.equal(await readText(staging, commit, 'a.txt'), `${round}\n`);
    }
  });

  it('takes the text of an unsaved editor, and that of the disk once it is closed', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'disk\n');
    await place.initialise();
    const before = await snapshotIn(place, place.state);
    const editing = place.staging({
      maxFileBytes,
      unsaved: [{ path: 'a.txt', bytes: Buffer.from('unsaved\n') }],
    });
    const { commit } = await editing.snapshot(never);
    await editing.settled();
    assert.equal(
      Buffer.from((await editing.readFile(commit, 'a.txt')) ?? []).toString(),
      'unsaved\n',
    );
    assert.deepEqual(await snapshotIn(place, place.state), before);
  });
});

describe('listings of one folder', () => {
  const listing = (...all: string[]) => Buffer.from(all.map((name) => `${name}\0`).join(''));
  const differ = (before: Buffer, after: Buffer) => {
    const found = compareListings(before, after);
    return found && { added: [...found.added], removed: [...found.removed] };
  };

  it('differ in what came and what went, wherever it stands', () => {
    assert.deepEqual(differ(listing('a', 'b'), listing('a', 'b')), { added: [], removed: [] });
    assert.deepEqual(differ(listing(), listing('a')), { added: ['a'], removed: [] });
    assert.deepEqual(differ(listing('ab', 'c'), listing('xb', 'c')), {
      added: ['xb'],
      removed: ['ab'],
    });
    assert.deepEqual(differ(listing('a', 'ab'), listing('ab')), { added: [], removed: ['a'] });
    assert.deepEqual(differ(listing('a', 'a/b', 'c'), listing('a', 'c', 'd')), {
      added: ['d'],
      removed: ['a/b'],
    });
  });

  it('do not differ in a name that only moved', () => {
    assert.deepEqual(differ(listing('n', 'a', 'b'), listing('a', 'b', 'n')), {
      added: [],
      removed: [],
    });
  });

  it('cannot be compared where a name that differs is no text', () => {
    const odd = Buffer.from([0x61, 0xff, 0]);
    assert.equal(compareListings(listing('a'), Buffer.concat([listing('a'), odd])), undefined);
    const both = Buffer.concat([odd, listing('b')]);
    assert.deepEqual(differ(Buffer.concat([odd, listing('a', 'b')]), both), {
      added: [],
      removed: ['a'],
    });
  });
});
