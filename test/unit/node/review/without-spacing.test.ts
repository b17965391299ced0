/** What a save changes on its own is dropped; what the person wrote stays. */
import assert from 'node:assert/strict';
import type { Spacing } from '../../../../src/node/git/diff-texts.ts';
import { withoutSpacing } from '../../../../src/node/review/without-spacing.ts';

const { signal } = new AbortController();
const kept = async (before: string, after: string, spacing: Spacing = 'at-ends') => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const result = await withoutSpacing(bytes(before), bytes(after), { spacing, signal });
  return Buffer.from(result).toString('latin1');
};
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('a saved text without what the save did to it', () => {
  it('keeps trailing white space and ends of lines as they were, beside what was written', async () => {
    assert.equal(await kept('a  \r\nb\nc\t\nd\n', 'a\nB\nc\nd\n'), 'a  \r\nB\nc\t\nd\n');
  });

  it('keeps a missing last newline, and blank lines at the end', async () => {
    assert.equal(await kept('a\nb', 'a\nb\n'), 'a\nb');
    assert.equal(await kept('a\nb\n\n\n', 'A\nb\n'), 'A\nb\n\n\n');
    assert.equal(await kept('a\nb\n', 'a\nb\n\n'), 'a\nb\n');
  });

  it("takes an indent or a blank line in the middle for the person's own", async () => {
    assert.equal(await kept('a\nb\n', 'a\n  b\n'), 'a\n  b\n');
    assert.equal(await kept('a\nb\n', 'a\n\nb\n'), 'a\n\nb\n');
  });

  it('drops an indent that came with the save, not with the typing', async () => {
    assert.equal(await kept('a\nb\nnew\n', 'a\n  b\nNew\n', 'anywhere'), 'a\nb\nNew\n');
  });

  it('does the same in UTF-16, and nothing between two encodings', async () => {
    const utf8 = (text: string) => Buffer.from(`\ufeff${text}`);
    for (const wide of [utf16, (text: string) => utf16(text).swap16()]) {
      const [before, after] = [wide('Ċ  \r\nb\nc\n\n'), wide('Ċ\nB\nc\n')];
      const options = { spacing: 'at-ends', signal } as const;
      assert.deepEqual(
        Buffer.from(await withoutSpacing(before, after, options)),
        wide('Ċ  \r\nB\nc\n\n'),
      );
      assert.deepEqual(await withoutSpacing(before, utf8('Ċ\nB\n'), options), utf8('Ċ\nB\n'));
    }
  });

  it('leaves what is no text alone', async () => {
    assert.equal(await kept('a\0 \n', 'a\0\n'), 'a\0\n');
  });
});
