/** edit_file: where an edit applies, what it keeps, and what it says when it does not apply. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { editFile } from '../../../../../src/engine/agent/tools/edit-file.ts';
import { makeLane } from '../../../../../src/node/lane.ts';
import { temporaryFolders } from '../../../../support/temporary-folder.ts';

const never = new AbortController().signal;

describe('edit_file', () => {
  const makeFolder = temporaryFolders();
  let file: string;
  let root: string;
  beforeEach(async () => {
    root = await makeFolder();
    file = path.join(root, 'a.txt');
  });

  async function edit(before: string | Uint8Array, old_str: string, new_str: string, more = {}) {
    await writeFile(file, before);
    const prepared = editFile.prepare({ path: 'a.txt', old_str, new_str, ...more });
    assert.ok(prepared.ok);
    const outcome = await prepared.call.run(makeLane(root), never);
    const bytes = await readFile(file);
    if (!outcome.ok) assert.deepEqual(bytes, Buffer.from(before), 'nothing was changed');
    return { ...outcome, text: bytes.toString('utf8'), bytes };
  }

  describe('with an exact text', () => {
    it('replaces it and keeps the ends of lines, mark and encoding of the file', async () => {
      const crlf = await edit('\ufeffone\r\ntwo\r\n', 'two', 'two\nthree');
      assert.equal(crlf.text, '\ufeffone\r\ntwo\r\nthree\r\n');
      assert.equal(crlf.summary, 'Edited a.txt at line 2');
      const wide = Buffer.from('\ufeffone\r\ntwo\r\n', 'utf16le');
      const { bytes } = await edit(wide, 'two', 'zwö\nx');
      assert.deepEqual(bytes, Buffer.from('\ufeffone\r\nzwö\r\nx\r\n', 'utf16le'));
      const single = await edit(Buffer.from('caf\xe9 \x80\nb\n', 'latin1'), 'b', 'ä');
      assert.deepEqual(single.bytes, Buffer.from('caf\xe9 \x80\n\xe4\n', 'latin1'));
    });

    it('leaves lines that old and new have in common as they stand, in a mixed file too', async () => {
      const { text } = await edit('a\r\nb\nc\r\nd\n', 'a\r\nb\nc', 'a\nB\nB2\nc');
      assert.equal(text, 'a\r\nB\nB2\r\nc\r\nd\n');
    });

    it('deletes whole lines, and the last one', async () => {
      assert.equal((await edit('a\nb\nc\n', 'b\n', '')).text, 'a\nc\n');
      assert.equal((await edit('a\nb', '\nb', '')).text, 'a');
    });

    it('refuses what occurs more often, with the lines, unless all are meant', async () => {
      const { summary, content } = await edit('x\ny\nx\n', 'x', 'z');
      assert.equal(summary, 'old_str occurs 2 times in a.txt, at lines 1, 3');
      assert.match(content, /Nothing was changed.*context.*replace_all/);
      const all = await edit('x\r\ny\r\nx\r\n', 'x', 'z\nz', { replace_all: true });
      assert.equal(all.text, 'z\r\nz\r\ny\r\nz\r\nz\r\n');
      assert.equal(all.summary, 'Edited a.txt at 2 places, at lines 1, 3');
      assert.match((await edit('aaa', 'aa', 'b')).summary, /occurs 2 times/);
      assert.equal((await edit('aaaa', 'aa', 'b', { replace_all: true })).text, 'bb');
      const many = await edit('x\n'.repeat(5000), 'x', 'y');
      assert.match(many.summary, /occurs 5000 times.*, 20 and 4980 more$/);
    });

    it('refuses to change nothing', async () => {
      assert.match((await edit('x', 'x', 'x')).summary, /are the same/);
      assert.match((await edit('a\r\nb', 'a\r\nb', 'a\nb')).content, /Line ends are/);
    });
  });

  describe('with a text that nearly occurs', () => {
    it('passes over line ends and trailing white space', async () => {
      const { ok, text, summary, content } = await edit(
        'f() {  \r\n  one;\t\r\n}\r\n',
        'f() {\n  one;\n}',
        'f() {\n  two;\n}',
      );
      assert.deepEqual([ok, text], [true, 'f() {  \r\n  two;\r\n}\r\n']);
      assert.match(summary, /at line 1; old_str differed there in line breaks or trailing/);
      assert.match(content, /It now reads:\nf\(\) \{ {2}\r\n {2}two;\r\n\}/);
      assert.equal((await edit('a\nb\n', 'a  \nb  ', 'c')).text, 'c\n');
    });

    it('does not take blanks at the end for trailing ones in the middle of a line', async () => {
      assert.equal((await edit('a bc\n', 'a b \n', 'x')).ok, false);
      assert.equal((await edit('foobar\n', 'foo\t', 'x')).ok, false);
    });

    it('passes over look-alikes of quotes, dashes and spaces', async () => {
      const { text, summary } = await edit(
        'say \u201chi\u201d \u2013 it\u2019s\u00a0so\u2026\nx\n',
        'say "hi" - it\'s so...',
        'say "bye"',
      );
      assert.equal(text, 'say "bye"\nx\n');
      assert.match(summary, /differed there in look-alike characters/);
      assert.equal((await edit("a = 'b'\n", 'a = \u2018b\u2019', 'c')).text, 'c\n');
    });

    it('keeps look-alikes in lines that are only context', async () => {
      const { text } = await edit('\u201ca\u201d\nb\n', '"a"\nb', '"a"\nc');
      assert.equal(text, '\u201ca\u201d\nc\n');
    });

    it('passes over indentation, and gives the new lines that of the file', async () => {
      const deeper = await edit(
        '    if (a) {\n        b();\n    }\n',
        'if (a) {\n    b();\n}\n',
        'if (a) {\n    c();\n\n    d();\n}\n',
      );
      assert.equal(deeper.text, '    if (a) {\n        c();\n\n        d();\n    }\n');
      assert.match(deeper.summary, /differed there in indentation/);
      const tabs = await edit(
        '\tif (a) {\r\n\t\tb();\r\n\t}\r\n',
        '  if (a) {\n    b();\n  }',
        '  if (a) {\n    c();\n      d();\n  }',
      );
      assert.equal(tabs.text, '\tif (a) {\r\n\t\tc();\r\n\t\t\td();\r\n\t}\r\n');
      assert.equal((await edit('a\n  b\n', '  a\n    b', '  a\n    c')).text, 'a\n  c\n');
    });

    it('changes nothing where indentation differs by no one rule', async () => {
      const { ok, content } = await edit('a\n   b\n\tc\n', '  a\n  b\n  c', 'x');
      assert.equal(ok, false);
      assert.match(content, /Line 1 comes nearest: all lines agree but for their indentation/);
      const unfitted = await edit('a {\n}\n', '  a {\n  }', '  a {\nb\n  }');
      assert.match(unfitted.summary, /new_str cannot be indented/);
    });

    it('changes nothing where several places fit, and says where', async () => {
      const { ok, summary } = await edit('a  \nb\na\t\nb\n', 'a\nb', 'x');
      assert.equal(ok, false);
      assert.match(summary, /fits 2 places, at lines 1, 3$/);
    });

    it('prefers the exact place to those that are merely alike', async () => {
      assert.equal((await edit('a  \nb\na\nb\n', 'a\nb', 'x')).text, 'a  \nb\nx\n');
    });
  });

  describe('with a text that does not occur', () => {
    it('says at which line it diverges from the nearest place', async () => {
      const { summary, content } = await edit(
        'x\nf() {\n  one;\n  two;\n}\n',
        'f() {\n  one;\n  tow;\n}',
        '',
      );
      assert.equal(summary, 'old_str does not occur in a.txt');
      assert.match(
        content,
        /nearest place begins at line 2.*up to line 2 of old_str; line 3 diverges: old_str has " {2}tow;", the file has " {2}two;" \(line 4\)/,
      );
    });

    it('names the line that is most like its first, or that there is none', async () => {
      const near = await edit('const total = 1;\nlet x;\n', 'const totals = 1;', '');
      assert.match(near.content, /nearest is line 1: "const total = 1;"/);
      assert.match((await edit('abc\n', 'qqq', '')).content, /No line of the file is like/);
      assert.match((await edit('a\n', 'a\nb', '')).content, /the file has "" \(line 2\)/);
      assert.match((await edit('', 'a', '')).content, /No line/);
    });

    it('answers for a large file and a long text within a moment', async () => {
      const started = performance.now();
      await edit('some line of text\n'.repeat(50_000), 'some line of text\nother', 'x');
      await edit(`${' '.repeat(200_000)}x`, `${' '.repeat(100_000)}y`, 'x');
      assert.ok(performance.now() - started < 5000);
    });
  });
});
