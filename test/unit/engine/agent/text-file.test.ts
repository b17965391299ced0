/** Text of a file for a model, and back, byte for byte or not at all. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeText, encodeText, linesOf } from '../../../../src/engine/agent/text-file.ts';

describe('The text of a file', () => {
  it('gives back its bytes exactly, with marks, ends of line and every letter', () => {
    for (const text of ['', 'a', '\ufeffa\r\nb\n', 'ä日本😀\u2028\r', '\ufffd', 'x\n\n']) {
      const bytes = encodeText(text);
      assert.equal(decodeText('f', bytes), text);
      assert.deepEqual(encodeText(decodeText('f', bytes)), bytes);
    }
  });

  it('is refused for binary content, with its size, and for another encoding', () => {
    assert.throws(() => decodeText('a.bin', Uint8Array.of(65, 0, 66)), {
      code: 'not-a-file',
      message: /a\.bin is a binary file of 3 bytes/,
    });
    for (const bytes of [[0xe4], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]]) {
      assert.throws(() => decodeText('l1.txt', Uint8Array.from(bytes)), {
        code: 'not-a-file',
        message: /l1\.txt is not UTF-8/,
      });
    }
  });
});

describe('The lines of a part', () => {
  it('are where it begins, counted from 1', () => {
    assert.deepEqual(linesOf('x\ny\nx\n', 'x'), [1, 3]);
    assert.deepEqual(linesOf('a\r\nb\r\nb', 'b'), [2, 3]);
    assert.deepEqual(linesOf('one\ntwo\nthree', 'o\nt'), [2]);
    assert.deepEqual(linesOf('', 'x'), []);
  });
});
