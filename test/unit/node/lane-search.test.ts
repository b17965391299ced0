/** Search in a lane: what is found, what is passed over, and that no pattern holds up the host. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { Search } from '../../../src/engine/lane-ports.ts';
import { createLaneSearch } from '../../../src/node/lane-search.ts';
import type { Ripgrep } from '../../../src/node/search/find-ripgrep.ts';
import type { ErrorCode } from '../../../src/shared/muster-error.ts';
import { MusterError } from '../../../src/shared/muster-error.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { whenFile } from '../../support/when-file.ts';

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
    const { matches, stopped } = await find('needle');
    assert.deepEqual(matches, [
      { path: 'a.ts', line: 1, text: 'needle' },
      { path: 'src/b.ts', line: 2, text: 'two needle' },
    ]);
    assert.equal(stopped, undefined);
  });

  it('takes plain text as it is, and an expression as one', async () => {
    await put('a.ts', 'f(x)\nfx\nF(X)\n');
    assert.deepEqual(await places('f(x)'), ['a.ts:1']);
    assert.deepEqual(await places('^fx?', { regex: true }), ['a.ts:1', 'a.ts:2']);
    assert.deepEqual(await places('(?i)f\\(x\\)', { regex: true }), ['a.ts:1', 'a.ts:3']);
  });

  it('finds text in UTF-16, and beside letters of another encoding', async () => {
    await put('a', Buffer.from('\ufeffone\r\nthe needle\r\n', 'utf16le'));
    await put('b', Buffer.from('caf\xe9 needle\n', 'latin1'));
    assert.deepEqual(
      (await find('needle')).matches.map((match) => [match.path, match.line, match.text]),
      [
        ['a', 2, 'the needle'],
        ['b', 1, 'caf\ufffd needle'],
      ],
    );
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
    assert.equal((await find('x', { limit: 3 })).stopped, undefined);
    const some = await find('x', { limit: 2 });
    assert.deepEqual([some.matches.length, some.stopped], [2, 'matches']);
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
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    await put('kept', 'secret');
    assert.deepEqual(await places('secret'), ['kept:1']);
  });

  it('goes through more files than one batch holds', async () => {
    for (let file = 0; file < 450; file += 1) await put(`src/${1000 + file}`, `number ${file}\n`);
    assert.deepEqual(await places('number 449'), ['src/1449:1']);
    assert.equal((await find('number', { limit: 1000 })).matches.length, 450);
  });

  it('explains a pattern that it cannot use', async () => {
    await fails(find('(', { regex: true }), 'bad-input', /unclosed group.*plain text/);
    await fails(find(''), 'bad-input', /it is empty/);
    await fails(find('a\nb'), 'bad-input', /one line at a time/);
    await fails(find('x'.repeat(5000)), 'bad-input', /longer than 2,000/);
    await fails(find('a\0b'), 'bad-input', /NUL/);
    await fails(find('a\\nb', { regex: true }), 'bad-input', /one line at a time/);
    for (const pattern of ['(?=x)', '(x)\\1']) {
      await fails(find(pattern, { regex: true }), 'bad-input', /look-around and back-references/);
    }
    await fails(find('\\w{1000}{100}', { regex: true }), 'bad-input', /size limit/);
  });

  it('takes an expression that blows up elsewhere in linear time', async () => {
    await put('a', `${'a'.repeat(60)}b`);
    assert.deepEqual(await places('(a+)+$', { regex: true }), []);
  });

  it('takes nothing in a pattern or a glob for a flag, and no configuration', async () => {
    await put('a', '--files\n-e\n--pre=./run\n');
    await put('run', '#!/bin/sh\ntouch ran\n');
    await put('.ripgreprc', '--max-count=0\n');
    await put('.ignore', 'a\n');
    await put('.rgignore', 'a\n');
    assert.deepEqual(await places('--files'), ['a:1']);
    assert.deepEqual(await places('-e'), ['a:2']);
    assert.deepEqual(await places('--pre=./run'), ['a:3']);
    assert.deepEqual(await places('files', { glob: '--no-ignore' }), []);
    assert.equal((await readdir(root)).includes('ran'), false);
  });

  it('leaves ignored files out with a glob that names them too, and secrets always', async () => {
    await put('.gitignore', 'out/\n*.gen.ts\n');
    await mkdir(path.join(root, 'out'));
    for (const file of ['out/a.ts', 'b.gen.ts', '.env', 'key.pem', 'c.ts']) await put(file, 'x');
    assert.deepEqual(await places('x', { glob: '*.ts' }), ['c.ts:1']);
    assert.deepEqual(await places('x', { glob: 'out/*.ts' }), []);
    assert.deepEqual(await places('x'), ['c.ts:1']);
  });

  it('finds files whatever their names are', async () => {
    const names = ['a\nb', '-e', '--files', ' x ', 'é日', 'a:1:2:z', 'q"\\'];
    for (const name of names) await put(name, 'needle');
    const found = (await find('needle')).matches.map((match) => match.path);
    assert.deepEqual(found.toSorted(), names.toSorted());
  });

  it('is not thrown off by a NUL that comes late in a file', async () => {
    await put('a', `needle\n${'x\n'.repeat(200_000)}\0`);
    await put('b', 'needle');
    assert.ok((await places('needle')).includes('b:1'));
  });

  it('goes down deep folders and over thousands of matches', async () => {
    const deep = path.join(root, ...Array.from({ length: 200 }, () => 'd'));
    await mkdir(deep, { recursive: true });
    await writeFile(path.join(deep, 'f'), 'needle');
    assert.equal((await find('needle')).matches.length, 1);
    await put('many', 'y\n'.repeat(500_000));
    const many = await find('y', { limit: 200 });
    assert.deepEqual([many.matches.length, many.stopped], [200, 'matches']);
  });

  it('stops when too much is printed, and says so', async () => {
    await put('many', `${'y'.repeat(1000)}\n`.repeat(1000));
    search = createLaneSearch(root, { maxOutputBytes: 100_000 });
    const { matches, stopped } = await find('y', { limit: 10_000 });
    assert.equal(stopped, 'bytes');
    assert.ok(matches.length > 0 && matches.length < 1000);
  });

  const slowProgram = async (): Promise<Ripgrep> => {
    await put('slow', '#!/bin/sh\nprintf "./a\\0001:1:hit\\n"\necho > begun\nexec sleep 60\n');
    await chmod(path.join(root, 'slow'), 0o755);
    await put('a', 'hit');
    return { file: path.join(root, 'slow'), from: 'path' };
  };

  it('gives what it has found when the time is up, and says so', async () => {
    const program = await slowProgram();
    search = createLaneSearch(root, { ripgrep: async () => program, timeLimitMs: 300 });
    const { matches, stopped } = await find('hit');
    assert.deepEqual([matches, stopped], [[{ path: 'a', line: 1, text: 'hit' }], 'time']);
  });

  it('ends when it is cancelled, before it began too', async () => {
    const program = await slowProgram();
    search = createLaneSearch(root, { ripgrep: async () => program });
    const controller = new AbortController();
    const reason = new Error('stop');
    const query = { pattern: 'hit', regex: false, context: 0, limit: 1 };
    const found = search.find({ ...query, limit: 5 }, controller.signal);
    found.catch(() => {});
    await whenFile(path.join(root, 'begun'), (text) => text !== '');
    controller.abort(reason);
    await assert.rejects(found, reason);
    await assert.rejects(search.find(query, controller.signal), reason);
  });

  it('says what to install where there is no ripgrep', async () => {
    const nowhere = async (): Promise<Ripgrep> => ({ file: path.join(root, 'rg'), from: 'path' });
    search = createLaneSearch(root, { ripgrep: nowhere });
    await fails(find('x'), 'no-search', /Install ripgrep/);
  });

  it('leaves no handle open when it stops early', async () => {
    for (const file of ['a', 'b', 'src/c']) await put(file, 'x\n');
    await find('x');
    const before = (await readdir('/proc/self/fd')).length;
    await find('x', { limit: 1 });
    assert.ok((await readdir('/proc/self/fd')).length <= before);
  });
});
