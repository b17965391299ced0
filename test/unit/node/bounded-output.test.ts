/** What is kept of a command's output. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createBoundedOutput } from '../../../src/node/bounded-output.ts';

function keep(maxBytes: number, ...chunks: string[]): { output: string; cutBytes: number } {
  const output = createBoundedOutput(maxBytes);
  for (const chunk of chunks) output.add(Buffer.from(chunk));
  return output.finish();
}

describe('The output of a command', () => {
  it('is kept whole up to the limit', () => {
    assert.deepEqual(keep(10, '01234', '56789'), { output: '0123456789', cutBytes: 0 });
    assert.deepEqual(keep(10), { output: '', cutBytes: 0 });
  });

  it('keeps its beginning and its end past the limit, and says how much is missing', () => {
    const { output, cutBytes } = keep(10, 'abcde', 'fghij', 'klmno', 'pqrst');
    assert.equal(output, 'abcde\n[… 10 bytes cut out here …]\npqrst');
    assert.equal(cutBytes, 10);
  });

  it('is the same however it comes', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
    const whole = keep(100, text);
    for (const size of [1, 7, 50, 51, 333]) {
      const chunks = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
      assert.deepEqual(keep(100, ...chunks), whole, `in pieces of ${size}`);
    }
  });

  it('cuts no character in two', () => {
    const text = '€'.repeat(20);
    for (const limit of [10, 11, 12, 13]) {
      const { output, cutBytes } = keep(limit, text);
      assert.ok(!output.includes('\ufffd'), output);
      const kept = output.replace(/\n.*\n/u, '');
      assert.equal(Buffer.byteLength(kept) + cutBytes, Buffer.byteLength(text));
    }
  });

  it('can be nothing at all', () => {
    assert.equal(keep(0, 'abc').cutBytes, 3);
    assert.equal(keep(1, 'abc').cutBytes, 2);
  });
});
