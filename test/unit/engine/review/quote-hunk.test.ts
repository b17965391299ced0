/** A hunk is quoted as lines to read, in whatever encoding the file is. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { quoteHunk } from '../../../../src/engine/review/quote-hunk.ts';

const hunk = { id: 'h', baseStart: 2, baseLines: 1, headStart: 2, headLines: 2 };
const added = { id: 'h', baseStart: 0, baseLines: 0, headStart: 1, headLines: 2 };

describe('A quoted hunk', () => {
  for (const [encoding, bytesOf] of [
    [undefined, (text: string) => Buffer.from(text)],
    ['utf-16le', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16be', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ] as const) {
    it(`has the removed lines before the added ones (${encoding ?? 'UTF-8'})`, () => {
      const [before, proposed] = [bytesOf('1\n2 \u010a\n3\n'), bytesOf('1\nzwei\nzwo')];
      assert.equal(quoteHunk(hunk, { before, proposed, encoding }), '-2 \u010a\n+zwei\n+zwo');
      const made = { before: undefined, proposed: bytesOf('1\n2\n'), encoding };
      assert.equal(quoteHunk(added, made), '+1\n+2');
    });
  }
});
