/** A snapshot starts from the person's index only where that names the bytes on disk; it is exact either way. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { personFacts, personSettings } from '../../../../src/node/git/person-facts.ts';
import { findRepository } from '../../../../src/node/git/person-git.ts';
import { readIndex } from '../../../../src/node/git/read-index.ts';
import { whyUnsafe } from '../../../../src/node/staging/safe-index.ts';
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

type Break = (place: StagedWorkspace) => Promise<unknown>;

const attributes =
  (text: string): Break =>
  (place) =>
    place.write('.gitattributes', text);

/** Each makes a copy of the person's index worthless, or dangerous, in a way of its own. */
const breaks: Record<string, [because: RegExp, Break]> = {
  'files assumed unchanged': [
    /assume-unchanged/,
    async (place) => {
      await place.git(['update-index', '--assume-unchanged', 'a.txt']);
      await place.write('a.txt', 'changed unseen\n');
    },
  ],
  'files outside a sparse checkout that stand there all the same': [
    /skip-worktree/,
    async (place) => {
      await place.git(['update-index', '--skip-worktree', 'a.txt']);
      await place.write('a.txt', 'changed unseen\n');
    },
  ],
  'a split index': [
    /split/,
    async (place) => {
      await place.git(['update-index', '--split-index']);
      await place.write('b.txt', 'in the index on top\n');
      await place.git(['add', 'b.txt']);
    },
  ],
  'a sparse index': [
    /sparse|skip-worktree/,
    (place) => place.git(['sparse-checkout', 'set', '--cone', '--sparse-index', 'src']),
  ],
  'core.autocrlf': [
    /autocrlf/,
    async (place) => {
      await place.git(['config', 'core.autocrlf', 'true']);
      await place.write('crlf.txt', 'one\r\ntwo\r\n');
      await place.git(['add', 'crlf.txt']);
    },
  ],
  'a filter': [/attributes/, attributes('*.txt filter=shout\n')],
  'an end-of-line attribute': [/attributes/, attributes('*.txt eol=crlf\n')],
  'a text attribute': [/attributes/, attributes('* text=auto\n')],
  'an encoding attribute': [/attributes/, attributes('*.txt working-tree-encoding=UTF-16\n')],
  'an ident attribute in a folder below': [
    /attributes/,
    (place) => place.write('src/.gitattributes', '*.ts ident\n'),
  ],
  'attributes of the repository alone': [
    /attributes/,
    (place) => place.write('.git/info/attributes', '* eol=crlf\n'),
  ],
  'attributes that are only in the index': [
    /attributes/,
    async (place) => {
      await place.write('.gitattributes', '* eol=crlf\n');
      await place.git(['add', '.gitattributes']);
      await rm(path.join(place.workspace, '.gitattributes'));
    },
  ],
  'a partial clone': [
    /partial/,
    (place) => place.git(['config', 'remote.origin.promisor', 'true']),
  ],
  'an unfinished merge': [
    /merge/,
    async (place) => {
      await place.git(['checkout', '-q', '-b', 'other']);
      await place.write('a.txt', 'other\n');
      await place.git(['commit', '-qam', 'other']);
      await place.git(['checkout', '-q', 'main']);
      await place.write('a.txt', 'main\n');
      await place.git(['commit', '-qam', 'main']);
      await place.git(['merge', 'other']).catch(() => {});
    },
  ],
};

describe('starting from the index of the person', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  async function repository(): Promise<StagedWorkspace> {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'a\n');
    await place.write('src/b.ts', 'b\n');
    await place.write('lib/c.ts', 'c\n');
    await place.initialise();
    return place;
  }

  async function reason({ workspace }: StagedWorkspace): Promise<string | undefined> {
    const found = await findRepository(workspace);
    assert.ok(found);
    const index = await readIndex(path.join(found.gitDir, 'index'));
    assert.ok(index);
    const facts = await personFacts(found, never);
    const settings = await personSettings(found.gitDir, never);
    const names = Object.keys(await contentsOf(workspace));
    return whyUnsafe({ workspace, repository: found, facts, settings, index, names });
  }

  /** What a lane of the snapshot holds is what the workspace holds, and its .git is as before. */
  async function isExact(place: StagedWorkspace): Promise<void> {
    const before = await fingerprintOf(place.workspace);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    const files = Object.entries(await contentsOf(place.workspace));
    const wanted = Object.fromEntries(files.filter(([name]) => !/^\.git(\/|$)/.test(name)));
    assert.deepEqual(await contentsOf(lane), wanted);
    await staging.settled();
    assert.deepEqual(await fingerprintOf(place.workspace), before);
  }

  it('is safe in a plain repository, and every file is as it stands on disk', async () => {
    const place = await repository();
    await place.write('.gitattributes', '*.png binary\n*.lock -diff\n* -text\n');
    await place.write('a.txt', 'edited\n');
    await place.write('untracked.txt', 'new\n');
    await place.write('staged.txt', 'staged\n');
    await place.git(['add', 'staged.txt']);
    await rm(path.join(place.workspace, 'lib/c.ts'));
    assert.equal(await reason(place), undefined);
    await isExact(place);
  });

  for (const [name, [because, breakIt]] of Object.entries(breaks)) {
    it(`is not done with ${name}`, async () => {
      const place = await repository();
      await breakIt(place);
      assert.match((await reason(place)) ?? 'safe', because);
      await isExact(place);
    });
  }

  it('is not done in a shallow clone', async () => {
    const origin = await repository();
    await origin.write('a.txt', 'second\n');
    await origin.git(['commit', '-qam', 'second']);
    const clone = path.join(path.dirname(origin.workspace), 'clone');
    await origin.git(['clone', '-q', '--depth=1', `file://${origin.workspace}`, clone]);
    const shallow = {
      ...origin,
      workspace: clone,
      staging: () => origin.staging({ workspace: clone }),
    };
    assert.match((await reason(shallow)) ?? 'safe', /shallow/);
    await isExact(shallow);
  });

  it('is not done in a folder of a repository', async () => {
    const place = await repository();
    const workspace = path.join(place.workspace, 'src');
    const folder = { ...place, workspace, staging: () => place.staging({ workspace }) };
    assert.match((await reason(folder)) ?? 'safe', /folder of its repository/);
    await isExact(folder);
  });

  it('is not done with SHA-256', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'a\n');
    await place.git(['init', '-q', '--object-format=sha256']);
    await place.git(['add', '--all']);
    await place.git(['commit', '-qm', 'first']);
    await isExact(place);
  });

  it('sees an edit of the same size within the second of the last commit', async () => {
    const place = await repository();
    const index = path.join(place.workspace, '.git/index');
    const file = path.join(place.workspace, 'a.txt');
    const second = Math.floor(Date.now() / 1000) - 5;
    // File and index of one second, as after a commit and an edit at once.
    await utimes(file, second, second);
    await place.git(['update-index', '--refresh']);
    await utimes(index, second, second);
    await writeFile(file, 'b\n');
    await utimes(file, second, second);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    assert.equal(await readText(staging, commit, 'a.txt'), 'b\n');
  });

  it('does not believe an index whose objects were made under other rules', async () => {
    const place = await repository();
    await place.git(['config', 'core.autocrlf', 'true']);
    await place.write('crlf.txt', 'one\r\ntwo\r\n');
    await place.git(['add', 'crlf.txt']);
    await place.git(['config', 'core.autocrlf', 'false']);
    assert.equal(await reason(place), undefined);
    await isExact(place);
  });

  it('reads every file when objects of the index are missing', async () => {
    const place = await repository();
    await rename(path.join(place.workspace, '.git/objects'), path.join(place.home, 'objects'));
    await mkdir(path.join(place.workspace, '.git/objects'));
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    assert.equal(await readText(staging, commit, 'a.txt'), 'a\n');
  });

  it('leaves secrets out that the person tracks', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('.env', 'KEY=1\n');
    await place.write('a.txt', 'a\n');
    await place.initialise();
    const staging = place.staging();
    const { commit, leftOut, files } = await staging.snapshot(never);
    assert.equal(await readText(staging, commit, '.env'), '(absent)');
    assert.deepEqual([files, leftOut.map((each) => each.path)], [1, ['.env']]);
  });
});

describe('a run and the repository of the person', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  it('stand apart once the snapshot is settled: what the person drops is still there', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'committed\n');
    await place.initialise();
    await place.write('b.txt', 'only staged\n');
    await place.git(['add', 'b.txt']);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    await staging.settled();
    await place.write('a.txt', 'amended\n');
    await place.write('b.txt', 'staged anew\n');
    await place.git(['commit', '-qa', '--amend', '-m', 'amended']);
    await place.git(['reflog', 'expire', '--expire=now', '--all']);
    await place.git(['gc', '-q', '--prune=now']);
    const lane = await openLaneAt(place, staging, commit);
    assert.equal(await readFile(path.join(lane, 'a.txt'), 'utf8'), 'committed\n');
    assert.equal(await readFile(path.join(lane, 'b.txt'), 'utf8'), 'only staged\n');
    await appendFile(path.join(lane, 'a.txt'), 'more\n');
    const work = await staging.commit(await staging.recordTree(laneA, never), commit, 'work');
    const merged = await staging.merge(commit, work, 'merge', never);
    assert.ok(merged.clean);
    assert.equal(await readText(staging, merged.head, 'a.txt'), 'committed\nmore\n');
  });

  it('stand apart for a run that a crash interrupted before that', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'committed\n');
    await place.initialise();
    const first = place.staging();
    const { commit } = await first.snapshot(never);
    await first.settled();
    // As the crash leaves it: the marker is there and the copies are not.
    const marker = path.join(place.state, 'staging/run-1/borrowed');
    await writeFile(marker, path.join(place.workspace, '.git/objects'));
    await rm(path.join(place.state, 'shadow.git/objects/pack'), { recursive: true });
    await mkdir(path.join(place.state, 'shadow.git/objects/pack'));
    const resumed = place.staging();
    assert.equal(await readText(resumed, commit, 'a.txt'), 'committed\n');
    await resumed.settled();
    await rm(path.join(place.workspace, '.git'), { recursive: true });
    assert.equal(await readText(place.staging(), commit, 'a.txt'), 'committed\n');
  });

  it('stand apart later when the first process ended before it was done', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'committed\n');
    await place.initialise();
    const first = place.staging();
    const { commit } = await first.snapshot(never);
    await first.close();
    const second = place.staging();
    assert.equal(await readText(second, commit, 'a.txt'), 'committed\n');
    await second.settled();
    await rm(path.join(place.workspace, '.git'), { recursive: true });
    assert.equal(await readText(second, commit, 'a.txt'), 'committed\n');
  });

  it('say so where the person dropped objects before they were copied', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'committed\n');
    await place.initialise();
    const first = place.staging();
    const { commit } = await first.snapshot(never);
    await first.close();
    await rm(path.join(place.state, 'shadow.git/objects/pack'), { recursive: true, force: true });
    await place.write('a.txt', 'amended\n');
    await place.git(['commit', '-qa', '--amend', '-m', 'amended']);
    await place.git(['reflog', 'expire', '--expire=now', '--all']);
    await place.git(['gc', '-q', '--prune=now']);
    const second = place.staging();
    const opened = second.openLane(laneA, { base: commit }, never);
    await assert.rejects(opened, { code: 'staging', message: /not touched.*Start/s });
    const fresh = place.staging();
    assert.equal(await readText(fresh, (await fresh.snapshot(never)).commit, 'a.txt'), 'amended\n');
  });

  it('begin anew where the shadow repository was removed', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'a\n');
    const first = place.staging();
    await first.snapshot(never);
    await first.settled();
    await rm(path.join(place.state, 'shadow.git'), { recursive: true });
    const second = place.staging();
    assert.equal(await readText(second, (await second.snapshot(never)).commit, 'a.txt'), 'a\n');
  });

  it('share no write: not even what the person has committed before is taken for written', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'old\n');
    await place.initialise();
    await place.write('a.txt', 'new\n');
    await place.git(['commit', '-qam', 'second']);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    await writeFile(path.join(lane, 'a.txt'), 'old\n');
    const tree = await staging.recordTree(laneA, never);
    await rm(path.join(place.workspace, '.git'), { recursive: true });
    assert.equal(await readText(staging, tree, 'a.txt'), 'old\n');
  });

  it('stay as they are when the next snapshot starts from the last', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'a\n');
    await place.write('gone.txt', 'gone\n');
    await place.write('shape', 'a file\n');
    await place.write('now-secret.txt', 'x\n');
    await place.initialise();
    const first = place.staging();
    await first.snapshot(never);
    await first.settled();
    await place.write('a.txt', 'b\n');
    await rm(path.join(place.workspace, 'gone.txt'));
    await rm(path.join(place.workspace, 'shape'));
    await place.write('shape/inside.txt', 'inside\n');
    await rename(path.join(place.workspace, 'now-secret.txt'), path.join(place.workspace, '.env'));
    await place.write('new.txt', 'new\n', 0o755);
    const second = place.staging();
    const { commit, files } = await second.snapshot(never);
    const lane = await openLaneAt(place, second, commit);
    const wanted = Object.entries(await contentsOf(place.workspace));
    assert.deepEqual(
      await contentsOf(lane),
      Object.fromEntries(wanted.filter(([name]) => !/^\.(git\/|env$)/.test(name))),
    );
    assert.equal(files, 3);
    await second.settled();
    assert.equal((await place.staging().snapshot(never)).commit, commit);
  });
});
