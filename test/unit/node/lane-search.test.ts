/** Search in a lane: what is found, what is passed over, and that no pattern holds up the host. */
import assert from 'node:assert/strict';
import { link, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { beforeEach, describe, it } from 'mocha';
import type { Search } from '../../../src/engine/ports.ts';
import { createLaneSearch } from '../../../src/node/lane-search.ts';
import type { ErrorCode } from '../../../src/shared/muster-error.ts';
import { MusterError } from '../../../src/shared/muster-error.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

describe('Search in a lane', () => {
  const temporaryFolder = temporaryFolders();
  let root: string;
  let search: Search;

  beforeEach(async () => {
    root = path.join(await temporaryFolder(), 'W');
    await mkdir(path.join(root, 'src'), { recursive: true });
    search = createLaneSearch(root);
  });

  const put = (file: string, content: string | Uint8Array): Promise<void> =>
    writeFile(path.join(root, file), content);

  type Query = Parameters<Search['find']>[0];
  const find = (pattern: string, options: Partial<Query> = {}) =>
    search.find({ pattern, regex: false, context: 0, limit: 100, ...options }, never);

  async function places(pattern: string, options: Partial<Query> = {}): Promise<string[]> {
    return (await find(pattern, options)).matches.map(({ path: file, line }) => `${file}:${line}`);
  }

  async function fails(work: Promise<unknown>, code: ErrorCode, words: RegExp): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof MusterError, String(error));
      assert.equal(error.code, code);
      assert.match(error.userMessage, words);
      return true;
    });
  }

  it('finds lines in path order, whatever ends them', async () => {
    await put('src/b.ts', 'one\r\ntwo needle\r\n');
    await put('a.ts', 'needle');
    const { matches, more } = await find('needle');
    assert.deepEqual(matches, [
      { path: 'a.ts', line: 1, text: 'needle' },
      { path: 'src/b.ts', line: 2, text: 'two needle' },
    ]);
    assert.equal(more, false);
  });

  it('takes plain text as it is, and an expression as one', async () => {
    await put('a.ts', 'f(x)\nfx\nF(X)\n');
    assert.deepEqual(await places('f(x)'), ['a.ts:1']);
    assert.deepEqual(await places('^fx?', { regex: true }), ['a.ts:1', 'a.ts:2']);
    assert.deepEqual(await places('(?i)f\\(x\\)', { regex: true }), ['a.ts:1', 'a.ts:3']);
  });

  it('keeps to a glob, and refuses one that leads out', async () => {
    await put('src/a.ts', 'x');
    await put('a.js', 'x');
    assert.deepEqual(await places('x', { glob: '*.ts' }), ['src/a.ts:1']);
    await fails(find('x', { glob: '../O/**' }), 'path-refused', /leads out of the workspace/);
  });

  it('shows context with line numbers, the line itself marked by a colon', async () => {
    await put('a', '1\n2\nhit\n4\n5\n');
    const [match] = (await find('hit', { context: 1 })).matches;
    assert.deepEqual(match, { path: 'a', line: 3, text: '2-2\n3:hit\n4-4' });
  });

  it('stops at the limit and says that there is more', async () => {
    await put('a', 'x\nx\nx\n');
    assert.equal((await find('x', { limit: 3 })).more, false);
    const some = await find('x', { limit: 2 });
    assert.deepEqual([some.matches.length, some.more], [2, true]);
  });

  it('cuts an endless line around the match', async () => {
    await put('a', `${'a'.repeat(100_000)}needle${'b'.repeat(100_000)}`);
    const text = (await find('needle')).matches[0]?.text ?? '';
    assert.match(text, /^…a+needleb+…$/);
    assert.ok(text.length < 500);
  });

  it("passes over what is binary, too large, ignored, linked or git's own", async () => {
    const outside = path.join(root, '..', 'O');
    await mkdir(outside);
    await writeFile(path.join(outside, 'secret.txt'), 'secret');
    await symlink(outside, path.join(root, 'linked'));
    await symlink('../O/secret.txt', path.join(root, 'link.txt'));
    await link(path.join(outside, 'secret.txt'), path.join(root, 'hard.txt'));
    await mkdir(path.join(root, '.git'));
    await put('.git/config', 'secret');
    await mkdir(path.join(root, 'node_modules'));
    await put('node_modules/x.js', 'secret');
    await put('.gitignore', '*.log\n');
    await put('a.log', 'secret');
    await put('binary', Buffer.from('secret\0'));
    await put('large', `secret${' '.repeat(2 * 1024 * 1024)}`);
    await put('kept', 'secret');
    assert.deepEqual(await places('secret'), ['kept:1']);
  });

  it('goes through more files than one batch holds', async () => {
    for (let file = 0; file < 450; file += 1) await put(`src/${1000 + file}`, `number ${file}\n`);
    assert.deepEqual(await places('number 449'), ['src/1449:1']);
    assert.equal((await find('number', { limit: 1000 })).matches.length, 450);
  });

  it('explains a pattern that it cannot use', async () => {
    await fails(find('(', { regex: true }), 'bad-input', /Unterminated group.*plain text/);
    await fails(find(''), 'bad-input', /it is empty/);
    await fails(find('a\nb'), 'bad-input', /one line at a time/);
    await fails(find('x'.repeat(5000)), 'bad-input', /longer than 2,000/);
  });

  it('stops an expression that blows up, without holding up the host', async () => {
    search = createLaneSearch(root, { timeLimitMs: 300 });
    await put('a', `${'a'.repeat(60)}b`);
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    await fails(find('(a+)+$', { regex: true }), 'bad-input', /took too long and was stopped/);
    delays.disable();
    // Starting a thread on a busy machine costs a moment; the match would have cost for ever.
    assert.ok(delays.max / 1e6 < 250, `the host was held up for ${delays.max / 1e6} ms`);
  });

  it('ends when it is cancelled, in the middle of a match too', async () => {
    await put('a', `${'a'.repeat(60)}b`);
    const controller = new AbortController();
    const reason = new Error('stop');
    const query = { pattern: '(a+)+$', regex: true, context: 0, limit: 1 };
    const found = search.find(query, controller.signal);
    setTimeout(() => controller.abort(reason), 100);
    await assert.rejects(found, reason);
    await assert.rejects(search.find(query, controller.signal), reason);
  });

  it('leaves no handle open when it stops early', async () => {
    for (const file of ['a', 'b', 'src/c']) await put(file, 'x\n');
    await find('x');
    const before = (await readdir('/proc/self/fd')).length;
    await find('x', { limit: 1 });
    assert.ok((await readdir('/proc/self/fd')).length <= before);
  });
});
