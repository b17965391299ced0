/** Text of a file for a model, and back, byte for byte or not at all. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  countLines,
  decodeText,
  encodeText,
  encodingNote,
  lineAt,
} from '../../../../src/engine/agent/text-file.ts';

const latin = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('The text of a file', () => {
  it('gives back its bytes exactly, with marks, ends of line and every letter', () => {
    for (const text of ['', 'a', '\ufeffa\r\nb\n', 'ä日本😀\u2028\r', '\ufffd', 'x\n\n']) {
      const bytes = new TextEncoder().encode(text);
      const file = decodeText('f', bytes);
      assert.equal(file.bom, text.startsWith('\ufeff'));
      assert.equal(file.text, text.replace(/^\ufeff/, ''));
      assert.deepEqual(encodeText(file.text, file), bytes);
    }
  });

  it('is read in the encoding that its mark names', () => {
    const little = Uint8Array.from(Buffer.from('\ufeffaé😀\r\n', 'utf16le'));
    const file = decodeText('f', little);
    assert.deepEqual(file, { text: 'aé😀\r\n', encoding: 'utf-16le', bom: true });
    assert.deepEqual(encodeText(file.text, file), little);
    const big = Uint8Array.from(Buffer.from(little).swap16());
    assert.equal(decodeText('f', big).encoding, 'utf-16be');
    assert.deepEqual(encodeText('aé😀\r\n', decodeText('f', big)), big);
    assert.equal(encodingNote(file), ' (UTF-16 LE)');
  });

  it('is Windows-1252 where it is not UTF-8, every byte a letter of its own', () => {
    const bytes = Uint8Array.from({ length: 256 - 32 }, (_, at) => at + 32);
    const file = decodeText('f', bytes);
    assert.equal(file.encoding, 'windows-1252');
    assert.ok(file.text.includes('€') && file.text.endsWith('ÿ'));
    assert.deepEqual(encodeText(file.text, file), bytes);
    assert.throws(() => encodeText('→', file), { code: 'bad-input', message: /has no "→"/ });
  });

  it('says of a binary file what it is, and how large', () => {
    const png = latin('\x89PNG\r\n\x1a\n\0\0');
    assert.throws(() => decodeText('a.png', png), {
      code: 'not-a-file',
      message: /a\.png is a PNG image of 10 bytes/,
    });
    assert.throws(() => decodeText('a', latin('%PDF-1.7\n\xff')), /a PDF document/);
    assert.throws(() => decodeText('a', latin('RIFF\x01\x02\x03\x04WEBP\0')), /a WebP image/);
    assert.throws(() => decodeText('a.bin', Uint8Array.of(65, 0, 66)), /a binary file of 3 bytes/);
    assert.throws(() => decodeText('a.bin', latin('\x01\xff')), /a binary file of 2 bytes/);
    assert.throws(() => decodeText('a', Uint8Array.of(0xff, 0xfe, 0x41)), /broken UTF-16/);
    assert.equal(decodeText('f', latin('GIF89a is a format')).text, 'GIF89a is a format');
  });

  it('has as many lines as a person counts', () => {
    assert.deepEqual(['', 'a', 'a\n', 'a\n\n'].map(countLines), [0, 1, 1, 2]);
    assert.deepEqual(
      [0, 1, 2, 3].map((place) => lineAt('a\nb\n', place)),
      [1, 1, 2, 2],
    );
  });
});
