/** Apply on a real folder: all of it or none, and never over what a person has done meanwhile. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { link, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { ApplyOutcome, FileWrite } from '../../../../src/engine/apply-port.ts';
import type { ApplyOptions } from '../../../../src/node/apply/apply.ts';
import { createApply } from '../../../../src/node/apply/apply.ts';
import type { ApplyOperations } from '../../../../src/node/apply/apply-operations.ts';
import { diskOperations } from '../../../../src/node/apply/apply-operations.ts';
import { MusterError } from '../../../../src/shared/muster-error.ts';
import { applyPlaces } from './apply-places.ts';
import { countedOperations } from './counted-operations.ts';
import { makeSample, sampleAfter, sampleChanges, write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const never = new AbortController().signal;
const applied: ApplyOutcome = { applied: true, merged: [], unsaved: [] };

describe('Apply', () => {
  const makePlaces = applyPlaces();
  let workspace: string;
  let folder: string;
  const at = (...names: string[]): string => path.join(workspace, ...names);

  beforeEach(async () => {
    ({ workspace, folder } = await makePlaces());
    await makeSample(workspace);
  });

  function apply(
    writes: readonly FileWrite[],
    options: Partial<ApplyOptions> = {},
    signal: AbortSignal = never,
  ): Promise<ApplyOutcome> {
    return createApply({ workspace, folder, ...options }).apply(writes, signal);
  }

  /** The one refusal of a change that must leave everything as it was. */
  async function refusal(change: FileWrite, options: Partial<ApplyOptions> = {}): Promise<string> {
    const before = await treeOf(workspace);
    const outcome = await apply([write('a.txt', 'a', 'A'), change], options);
    assert.deepEqual(await treeOf(workspace), before);
    assert.ok(!outcome.applied, 'it was applied');
    const problems = [...outcome.refused, ...outcome.conflicts];
    assert.deepEqual(
      problems.map((each) => each.path),
      [change.path],
    );
    return problems[0]?.reason ?? '';
  }

  it('makes, changes and deletes files, folders, links and modes, to the byte', async () => {
    assert.deepEqual(await apply(sampleChanges), applied);
    assert.deepEqual(await treeOf(workspace), sampleAfter);
    assert.deepEqual(await apply(sampleChanges), applied, 'a second time all is in place');
  });

  it('works in a workspace that is opened through a link', async () => {
    await symlink(workspace, path.join(workspace, '..', 'rootlink'));
    await apply([write('a.txt', 'a', 'A')], { workspace: path.join(workspace, '..', 'rootlink') });
    assert.equal(await readFile(at('a.txt'), 'utf8'), 'A');
  });

  it('leaves bytes of any kind as they are', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
    await apply([write('sub/ünïcode 🎉', undefined, bytes), write('-rf', undefined, '')]);
    assert.deepEqual(await readFile(at('sub/ünïcode 🎉')), Buffer.from(bytes));
    assert.equal((await readFile(at('-rf'))).length, 0);
  });

  it('changes a file whose name only a person would choose, and makes none like it', async () => {
    await writeFile(at('two\nlines'), 'x');
    assert.deepEqual(await apply([write('two\nlines', 'x', 'y')]), applied);
    assert.match(await refusal(write('new\nname', undefined, 'x')), /control character/);
  });

  it('keeps what it replaced in the state folder', async () => {
    await apply(sampleChanges);
    const [id = ''] = await readdir(path.join(folder, 'applies'));
    const place = path.join(folder, 'applies', id);
    assert.deepEqual(JSON.parse(await readFile(path.join(place, 'ended.json'), 'utf8')), {
      outcome: 'applied',
    });
    const kept = await readFile(path.join(place, 'kept'), 'utf8');
    assert.ok(kept.includes('gone') && kept.includes('was a file'));
  });

  it('does nothing for changes that change nothing', async () => {
    assert.deepEqual(await apply([write('a.txt', 'a', 'a')]), applied);
    assert.deepEqual(await apply([]), applied);
    await assert.rejects(readdir(path.join(folder, 'applies')));
  });

  describe('refuses, without touching anything,', () => {
    it('a file that has changed since', async () => {
      const reason = await refusal(write('sub/b.txt', 'B', 'new'));
      assert.match(reason, /has changed since the run began, in the same places/);
    });

    it('a file that is gone, or is there already', async () => {
      assert.match(await refusal(write('nothing', 'x', 'y')), /was deleted since/);
      assert.match(await refusal(write('sub/b.txt', undefined, 'other')), /was made since/);
    });

    it('nothing of a file that is already what it should become', async () => {
      for (const each of [write('nothing', 'x'), write('sub/b.txt', undefined, 'b')]) {
        assert.deepEqual(await apply([each]), applied, each.path);
      }
    });

    it('a file that became a folder or a link, or a link that became a file', async () => {
      assert.match(await refusal(write('sub', 'x', 'y')), /became a folder/);
      assert.match(await refusal(write('link', 'a', 'y')), /became a symbolic link/);
      assert.match(await refusal(write('sub/b.txt', ['b', 'link'], 'y')), /became a file/);
    });

    it('a new file where a folder stands that is not wholly deleted', async () => {
      assert.match(await refusal(write('only', undefined, 'x')), /a folder stands in its place/);
      await writeFile(at('folder-to-file/extra'), '');
      const outcome = await apply(sampleChanges);
      assert.ok(!outcome.applied);
      assert.deepEqual(
        outcome.refused.map((each) => each.path),
        ['folder-to-file'],
      );
    });

    it('a file with unsaved changes in an editor', async () => {
      const isBeingEdited = (file: string): boolean => file === 'sub/b.txt';
      const reason = await refusal(write('sub/b.txt', 'b', 'B'), { isBeingEdited });
      assert.match(reason, /unsaved changes in an editor\. Save or undo them/);
    });

    it('a protected file without a yes of its own, and says why it is protected', async () => {
      const reason = await refusal(write('sub/.npmrc', undefined, 'B'));
      assert.match(reason, /package managers read it.*no yes of its own/);
    });

    it('a read-only file', async () => {
      assert.match(
        await refusal(write('untouched', 'untouched', 'x')),
        /read-only\. Make it writable/,
      );
      assert.match(await refusal(write('untouched', 'untouched')), /read-only/);
    });

    it('a file with a second name', async () => {
      await link(at('sub/b.txt'), path.join(workspace, '..', 'second'));
      assert.match(await refusal(write('sub/b.txt', 'b', 'x')), /hard link/);
    });

    it('a pipe in its place', async () => {
      execFileSync('mkfifo', [at('pipe')]);
      const outcome = await apply([write('pipe', 'x', 'y')]);
      assert.ok(!outcome.applied);
      assert.match(outcome.refused[0]?.reason ?? '', /a device, a pipe or a socket/);
    });

    it('what is reached through a link, even one that stays inside', async () => {
      await symlink('sub', at('alias'));
      assert.match(await refusal(write('alias/new', undefined, 'x')), /through a symbolic link/);
      assert.match(await refusal(write('alias/b.txt', 'b', 'x')), /through a symbolic link/);
    });

    it("what leads out of the workspace, into git's folder, or is spelled in another way", async () => {
      for (const file of [
        '../x',
        '/etc/x',
        '.git/hooks/post-checkout',
        'sub/.GIT/config',
        'git~1/x',
        '.',
        '',
      ]) {
        assert.notEqual(await refusal(write(file, undefined, 'x')), '', file);
      }
      for (const file of ['./new', 'sub/../new', 'sub//new', `${workspace}/new`]) {
        assert.notEqual(await refusal(write(file, undefined, 'x')), '', file);
      }
      const outcome = await apply([write('a.txt', 'a'), write('a.txt/../../x', undefined, 'x')]);
      assert.equal(outcome.applied, false);
    });

    it('a link that leads out, or to where that depends on something else', async () => {
      const out = [
        '../O',
        '/etc/passwd',
        'sub/../../O',
        '..',
        '../W/a.txt',
        '.git/config',
        'sub/../a.txt',
        '',
      ];
      for (const target of out) {
        const reason = await refusal(write('new-link', undefined, [target, 'link']));
        assert.match(reason, /symbolic link that leads out/, target);
      }
    });

    it('two changes of one path, or of a path below another', async () => {
      assert.match(await refusal(write('a.txt', 'a', 'B')), /another change in this set/);
      assert.match(await refusal(write('a.txt/x', undefined, 'B')), /another change in this set/);
    });

    it('an entry of a kind that it does not know', async () => {
      const submodule = { path: 'module', after: Buffer.from('x'), afterMode: '160000' };
      assert.match(await refusal(submodule), /not a file or a symbolic link/);
    });
  });

  it('deletes or replaces a link that leads out, and never what is behind it', async () => {
    const outside = path.join(workspace, '..', 'secret');
    await writeFile(outside, 'secret');
    await symlink('../secret', at('out'));
    await symlink('../secret', at('out2'));
    const changes = [
      write('out', ['../secret', 'link']),
      write('out2', ['../secret', 'link'], 'a file'),
    ];
    assert.deepEqual(await apply(changes), applied);
    assert.equal(await readFile(outside, 'utf8'), 'secret');
    assert.equal(await readFile(at('out2'), 'utf8'), 'a file');
  });

  describe('puts everything back', () => {
    type Step = keyof ApplyOperations;

    /** Real operations of which the `nth` call of one fails, and only that one. */
    function failing(step: Step, nth: number): { operations: ApplyOperations; failed(): boolean } {
      let [calls, hasFailed] = [0, false];
      const operations = countedOperations(async (_, name) => {
        if (name === step) calls += 1;
        if (name !== step || calls !== nth) return;
        hasFailed = true;
        calls += 1;
        throw Object.assign(new Error('injected'), { code: 'ENOSPC' });
      });
      return { operations, failed: () => hasFailed };
    }

    const calls: Record<Step, number> = {
      writeNew: 6,
      makeLink: 2,
      rename: 8,
      unlink: 4,
      makeFolder: 4,
      removeFolder: 2,
    };
    for (const step of Object.keys(calls) as Step[]) {
      it(`when any call of ${step} fails`, async () => {
        const before = await treeOf(workspace);
        for (let nth = 1; nth <= calls[step]; nth += 1) {
          const { operations, failed } = failing(step, nth);
          await assert.rejects(apply(sampleChanges, { operations }), (error) => {
            assert.ok(error instanceof MusterError, String(error));
            assert.equal(error.code, 'apply-failed');
            assert.match(error.userMessage, /the disk is full\. The workspace is as it was before/);
            return true;
          });
          assert.ok(failed());
          assert.deepEqual(await treeOf(workspace), before, `${step} ${nth}`);
          assert.deepEqual(await readdir(path.join(folder, 'applies')), []);
        }
      });
    }

    it('when a file is changed in the middle, and leaves that change alone', async () => {
      const before = await treeOf(workspace);
      let renames = 0;
      const operations: ApplyOperations = {
        ...diskOperations,
        rename: async (from, to) => {
          await diskOperations.rename(from, to);
          renames += 1;
          if (renames === 1) await writeFile(at('sub/run.sh'), 'typed just now');
        },
      };
      const changes = [
        write('a.txt', 'a', 'A'),
        write('sub/run.sh', ['run', 'exec'], ['RUN', 'exec']),
      ];
      await assert.rejects(apply(changes, { operations }), (error) => {
        assert.ok(error instanceof MusterError);
        assert.match(error.userMessage, /"sub\/run\.sh" was changed by another program meanwhile/);
        assert.match(error.userMessage, /left alone: sub\/run\.sh/);
        return true;
      });
      assert.deepEqual(await treeOf(workspace), { ...before, 'sub/run.sh': '755 typed just now' });
    });

    it('when a folder becomes a link in the middle, and writes nothing behind it', async () => {
      const outside = path.join(workspace, '..', 'O');
      await mkdir(outside);
      await writeFile(path.join(outside, 'b.txt'), 'b');
      const operations: ApplyOperations = {
        ...diskOperations,
        writeNew: async (file, content) => {
          await diskOperations.writeNew(file, content);
          await rm(at('sub'), { recursive: true });
          await symlink('../O', at('sub'));
        },
      };
      await assert.rejects(apply([write('sub/b.txt', 'b', 'B')], { operations }), MusterError);
      assert.deepEqual(await treeOf(outside), { 'b.txt': '644 b' });
    });

    it('when links of one set only together lead out', async () => {
      await mkdir(path.join(workspace, '..', 'O'));
      await symlink('../../O', at('sub', 'ext'));
      const before = await treeOf(workspace);
      const changes = [
        write('l1', undefined, ['sub2/ext', 'link']),
        write('sub2', undefined, ['sub', 'link']),
      ];
      await assert.rejects(
        apply(changes),
        /leads out of the workspace folder\. The workspace is as it was/,
      );
      assert.deepEqual(await treeOf(workspace), before);
    });

    it('when it is cancelled before the first file is in place', async () => {
      const before = await treeOf(workspace);
      const controller = new AbortController();
      const reason = new Error('stop');
      const operations: ApplyOperations = {
        ...diskOperations,
        writeNew: async (file, content) => {
          await diskOperations.writeNew(file, content);
          controller.abort(reason);
        },
      };
      await assert.rejects(apply(sampleChanges, { operations }, controller.signal), reason);
      assert.deepEqual(await treeOf(workspace), before);
      await assert.rejects(apply(sampleChanges, {}, controller.signal), reason);
    });

    it('when the next apply comes, if it could not be done at once', async () => {
      const before = await treeOf(workspace);
      let isBroken = false;
      const operations: ApplyOperations = {
        ...diskOperations,
        unlink: async (file) => {
          if (isBroken) throw Object.assign(new Error('EIO'), { code: 'EIO' });
          await diskOperations.unlink(file);
          isBroken = true;
        },
      };
      await assert.rejects(
        apply(sampleChanges, { operations }),
        /Putting everything back failed as well.*the next start tries again/,
      );
      assert.notDeepEqual(await treeOf(workspace), before);
      await assert.rejects(
        apply(sampleChanges, { operations }),
        /An earlier apply could not be taken back/,
      );
      assert.deepEqual(await apply([]), applied);
      assert.deepEqual(await treeOf(workspace), before);
    });
  });

  it('says so when the state folder cannot be written, and touches nothing', async () => {
    const before = await treeOf(workspace);
    await writeFile(folder, 'not a folder');
    await assert.rejects(apply(sampleChanges), MusterError);
    assert.deepEqual(await treeOf(workspace), before);
  });

  it('says so when the workspace is gone', async () => {
    await rm(workspace, { recursive: true });
    await assert.rejects(
      apply(sampleChanges),
      (error) => error instanceof MusterError && error.code === 'no-folder',
    );
  });
});
