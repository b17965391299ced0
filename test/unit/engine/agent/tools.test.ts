/** What the tools of files say and do, on a real lane. */
import assert from 'node:assert/strict';
import { chmod, readFile as readBytes, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { ToolOutcome } from '../../../../src/engine/agent/tool.ts';
import {
  mayRun,
  readingTools,
  toolNamed,
  toolsOf,
} from '../../../../src/engine/agent/tool-table.ts';
import { makeLane } from '../../../../src/node/lane.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';

describe('A tool', () => {
  const makeFolder = temporaryFolders();
  let root: string;
  beforeEach(async () => {
    root = await makeFolder();
  });

  const put = (name: string, content: string | Uint8Array) =>
    writeFile(path.join(root, name), content);
  const text = (name: string) => readBytes(path.join(root, name), 'utf8');
  async function use(name: string, input: unknown): Promise<ToolOutcome> {
    const prepared = toolNamed(name)?.prepare(input);
    assert.ok(prepared?.ok, JSON.stringify(prepared));
    return prepared.call.run(makeLane(root), new AbortController().signal);
  }
  const problems = (name: string, input: unknown) => {
    const prepared = toolNamed(name)?.prepare(input);
    assert.ok(prepared && !prepared.ok);
    return prepared.problems;
  };

  describe('that reads', () => {
    const read = async (input: object) => {
      const { ok, summary, content } = await use('read_file', { path: 'a.txt', ...input });
      return [ok, summary, content];
    };

    it('gives a file as it is, and says which lines these are', async () => {
      await put('a.txt', 'one\r\ntwo\nthree');
      assert.deepEqual(await read({}), [true, 'a.txt, lines 1 to 3 of 3', 'one\r\ntwo\nthree']);
      await put('a.txt', 'one\n');
      assert.deepEqual(await read({}), [true, 'a.txt, lines 1 to 1 of 1', 'one\n']);
      await put('a.txt', '');
      assert.deepEqual(await read({}), [true, 'a.txt, lines 0 to 0 of 0', '']);
    });

    it('gives a range, as far as the file goes', async () => {
      await put('a.txt', '1\n2\n3\n4\n');
      assert.deepEqual(await read({ start_line: 2, end_line: 3 }), [
        true,
        'a.txt, lines 2 to 3 of 4',
        '2\n3',
      ]);
      assert.deepEqual(await read({ start_line: 4 }), [true, 'a.txt, lines 4 to 4 of 4', '4']);
      assert.deepEqual(await read({ end_line: 1 }), [true, 'a.txt, lines 1 to 1 of 4', '1']);
      assert.deepEqual((await read({ start_line: 3, end_line: 99 })).slice(0, 2), [
        true,
        'a.txt, lines 3 to 4 of 4',
      ]);
    });

    it('says how long the file is when the range begins behind it', async () => {
      await put('a.txt', '1\n2\n');
      assert.deepEqual((await read({ start_line: 3 })).slice(0, 2), [
        false,
        'a.txt has 2 lines; there is no line 3',
      ]);
    });

    it('cuts a long file in the middle and says how to get the rest', async () => {
      await put('a.txt', `${'first\n'.repeat(10_000)}${'last\n'.repeat(10_000)}`);
      const [ok, summary, content = ''] = await read({});
      assert.deepEqual([ok, summary], [true, 'a.txt, lines 1 to 20000 of 20000']);
      assert.match(
        String(content),
        /\n\[… 50000 characters cut out here; read it in ranges with start_line and end_line …\]\n/,
      );
      assert.ok(String(content).startsWith('first\n') && String(content).endsWith('last\n'));
      assert.ok(String(content).length < 60_200);
    });

    it('says of a binary file what it is, and of another encoding which', async () => {
      await put('a.txt', Buffer.from('\x89PNG\r\n\x1a\n\0', 'latin1'));
      await assert.rejects(use('read_file', { path: 'a.txt' }), {
        code: 'not-a-file',
        message: /a PNG image of 9 bytes/,
      });
      await put('a.txt', Buffer.from('caf\xe9', 'latin1'));
      assert.deepEqual(await read({}), [
        true,
        'a.txt, lines 1 to 1 of 1 (not UTF-8; read as Windows-1252)',
        'café',
      ]);
    });

    it('shows a name with a line break in one line', async () => {
      await put('a\nb', 'x');
      assert.equal((await use('list_files', {})).content, '"a\\nb"\t1');
      const { content } = await use('search_files', { pattern: 'x' });
      assert.equal(content, '"a\\nb":1: x');
    });

    it('lists files with sizes, below a folder or by a pattern', async () => {
      await use('create_file', { path: 'src/deep/b.ts', content: 'ab' });
      await put('a.txt', 'abc');
      assert.equal((await use('list_files', {})).content, 'a.txt\t3\nsrc/deep/b.ts\t2');
      assert.equal((await use('list_files', { path: 'src' })).content, 'src/deep/b.ts\t2');
      const { summary, content } = await use('list_files', { glob: '**/*.ts' });
      assert.deepEqual([summary, content], ['1 file', 'src/deep/b.ts\t2']);
    });

    it('searches text or by an expression, and says how often it was found', async () => {
      await put('a.txt', 'a.c\nabc\n');
      const plain = await use('search_files', { pattern: 'a.c' });
      assert.deepEqual([plain.summary, plain.content], ['1 match of "a.c"', 'a.txt:1: a.c']);
      assert.equal(
        (await use('search_files', { pattern: 'a.c', regex: true })).content,
        'a.txt:1: a.c\na.txt:2: abc',
      );
      await assert.rejects(use('search_files', { pattern: '(', regex: true }), {
        code: 'bad-input',
      });
    });
  });

  describe('that edits', () => {
    const edit = (old_str: string, new_str: string, more: object = {}) =>
      use('edit_file', { path: 'a.txt', old_str, new_str, ...more });

    it('replaces one exact text and leaves every other byte', async () => {
      await put('a.txt', '\ufeffone\r\ntwo\r\n$& end');
      assert.equal((await edit('two', '$1 $& $$')).summary, 'Edited a.txt at line 2');
      assert.equal(await text('a.txt'), '\ufeffone\r\n$1 $& $$\r\n$& end');
    });

    it('refuses a text that occurs twice, with the lines, unless all are meant', async () => {
      await put('a.txt', 'x\ny\nx\n');
      const { ok, summary, content } = await edit('x', 'z');
      assert.deepEqual([ok, summary], [false, 'old_str occurs 2 times in a.txt, at lines 1, 3']);
      assert.match(content, /Nothing was changed.*context.*replace_all/);
      assert.equal(
        (await edit('x', 'z', { replace_all: true })).summary,
        'Edited a.txt at 2 places, at lines 1, 3',
      );
      assert.equal(await text('a.txt'), 'z\ny\nz\n');
    });

    it('refuses a change that changes nothing, a binary file and one that is not there', async () => {
      await put('a.txt', 'x');
      assert.match((await edit('x', 'x')).summary, /are the same/);
      await put('a.txt', Uint8Array.of(0, 1));
      await assert.rejects(edit('x', 'y'), { code: 'not-a-file' });
      await assert.rejects(use('edit_file', { path: 'no.txt', old_str: 'a', new_str: 'b' }), {
        code: 'not-found',
      });
    });

    it('creates a file with its folders, and never over one that exists', async () => {
      assert.equal(
        (await use('create_file', { path: 'd/e/a.txt', content: 'x\ny' })).summary,
        'Created d/e/a.txt, 2 lines',
      );
      assert.equal((await use('create_file', { path: 'empty', content: '' })).ok, true);
      const again = await use('create_file', { path: 'd/e/a.txt', content: 'z' });
      assert.deepEqual([again.ok, again.summary], [false, 'd/e/a.txt exists already']);
      assert.equal(await text('d/e/a.txt'), 'x\ny');
      assert.match(
        (await use('create_file', { path: 'd', content: '' })).summary,
        /d exists already/,
      );
    });

    it('inserts lines after a line, and keeps the ends of lines', async () => {
      const insert = async (before: string, line: number, lines: string) => {
        await put('a.txt', before);
        const { ok, summary } = await use('insert_text', { path: 'a.txt', line, text: lines });
        return [ok, summary, await text('a.txt')];
      };
      assert.deepEqual(await insert('a\r\nb\r\n', 1, 'x\ny'), [
        true,
        'Inserted 2 lines into a.txt, now lines 2 to 3',
        'a\r\nx\r\ny\r\nb\r\n',
      ]);
      assert.deepEqual(await insert('a\n', 0, 'x\n'), [
        true,
        'Inserted 1 line into a.txt, now line 1',
        'x\na\n',
      ]);
      assert.equal((await insert('a', 1, 'x'))[2], 'a\nx');
      assert.equal((await insert('a\n', 1, 'x'))[2], 'a\nx\n');
      assert.equal((await insert('', 0, 'x'))[2], 'x');
      assert.deepEqual(await insert('a\n', 2, 'x'), [
        false,
        'a.txt has 1 line; there is no line 2',
        'a\n',
      ]);
    });

    it('moves a file with its mode, and never over another', async () => {
      await put('a.txt', 'x');
      await chmod(path.join(root, 'a.txt'), 0o755);
      assert.equal(
        (await use('move_file', { from: 'a.txt', to: 'd/b.txt' })).summary,
        'Moved a.txt to d/b.txt',
      );
      assert.equal((await stat(path.join(root, 'd/b.txt'))).mode & 0o777, 0o755);
      await put('a.txt', 'y');
      const taken = use('move_file', { from: 'a.txt', to: 'd/b.txt' });
      await assert.rejects(taken, { code: 'bad-input', message: /moving never replaces/ });
      const out = use('move_file', { from: 'a.txt', to: '../b.txt' });
      await assert.rejects(out, { code: 'path-refused' });
      const hook = use('move_file', { from: 'a.txt', to: '.git/hooks/post-commit' });
      await assert.rejects(hook, { code: 'path-refused' });
      await assert.rejects(use('move_file', { from: 'no', to: 'b' }), { code: 'not-found' });
      await assert.rejects(use('move_file', { from: 'd', to: 'b' }), { code: 'not-a-file' });
      assert.equal(await text('a.txt'), 'y');
    });

    it('deletes a file, and says so when there is none', async () => {
      await put('a.txt', 'x');
      assert.equal((await use('delete_file', { path: 'a.txt' })).summary, 'Deleted a.txt');
      await assert.rejects(use('delete_file', { path: 'a.txt' }), { code: 'not-found' });
    });
  });

  it('that runs a command says how it ended', async () => {
    const run = async (command: string, more: object = {}) => {
      const { ok, summary, content } = await use('run_command', { command, ...more });
      return [ok, summary, content];
    };
    assert.deepEqual(await run('echo hi'), [true, '"echo hi" ended with exit code 0', 'hi\n']);
    assert.deepEqual(await run('echo no >&2; exit 3'), [
      false,
      '"echo no >&2; exit 3" ended with exit code 3',
      'no\n',
    ]);
    assert.deepEqual((await run('kill -9 $$')).slice(0, 2), [
      false,
      '"kill -9 $$" was ended by a signal',
    ]);
    const [ok, summary] = await run('sleep 60', { timeout_s: 1 });
    assert.deepEqual([ok, summary], [false, '"sleep 60" was ended after 1 s']);
  });

  it('that finishes a task hands on what the agent says', async () => {
    const { ends, content } = await use('finish_task', { summary: 'Did it.', notes: 'But.' });
    assert.deepEqual([ends, content], [true, 'Did it.\nBut.']);
    assert.deepEqual(problems('finish_task', { summary: ' ' }).length, 1);
  });

  it('names each part of an input that does not fit', () => {
    assert.match(
      problems('read_file', { path: '', start_line: 0 }).join('\n'),
      /^path: .*\nstart_line: /,
    );
    assert.match(problems('edit_file', { path: 'a' }).join('\n'), /^old_str: .*\nnew_str: /);
    assert.match(
      problems('run_command', { command: ' ', timeout_s: 9_999 }).join('\n'),
      /^command: .*\ntimeout_s: /,
    );
    assert.match(problems('read_file', 'a.txt').join(), /^input: /);
  });

  it('is there for who has its group and its permission', () => {
    const names = (tools: { name: string }[]) => tools.map((tool) => tool.name);
    assert.deepEqual(names(toolsOf([])), ['finish_task']);
    assert.deepEqual(names(toolsOf(['terminal', 'search'])), [
      'finish_task',
      'run_command',
      'search_files',
    ]);
    assert.deepEqual(names(readingTools()), [
      'find_dependencies',
      'find_symbol',
      'git_blame',
      'git_diff',
      'git_log',
      'git_show',
      'git_status',
      'list_files',
      'outline_code',
      'read_file',
      'search_files',
    ]);
    const allowed = { tools: ['file_write'], permission: 'read_only' } as const;
    const may = (name: string) => {
      const tool = toolNamed(name);
      assert.ok(tool);
      return [mayRun(tool, allowed), mayRun(tool, { ...allowed, permission: 'read_write' })];
    };
    assert.deepEqual(may('create_file'), [false, true]);
    assert.deepEqual(may('read_file'), [false, false]);
    assert.deepEqual(may('finish_task'), [true, true]);
    assert.equal(toolNamed('toString'), undefined);
  });
});
