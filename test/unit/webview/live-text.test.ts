/** Streamed pieces, whole again. */
import assert from 'node:assert/strict';
import { addPiece, keptCharacters, type LiveText } from '../../../src/webview/live-text.ts';

function joined(...pieces: Array<[offset: number, text: string]>): LiveText | undefined {
  let live: LiveText | undefined;
  for (const [offset, text] of pieces) live = addPiece(live, { conversationId: 'c', offset, text });
  return live;
}

describe('the pieces of a streamed text', () => {
  it('are put together in order', () => {
    assert.equal(joined([0, 'one '], [4, 'two '], [8, 'three'])?.text, 'one two three');
  });

  it('count once when they come twice, or overlap', () => {
    assert.equal(joined([0, 'one '], [4, 'two'], [4, 'two'], [0, 'one '])?.text, 'one two');
    assert.equal(joined([0, 'one '], [2, 'e two'])?.text, 'one two');
  });

  it('go on from where they are after a gap', () => {
    assert.deepEqual(joined([0, 'one '], [8, 'three']), {
      conversationId: 'c',
      from: 8,
      text: 'three',
    });
    assert.equal(joined([8, 'three'], [13, ' four'], [4, 'two '])?.text, 'three four');
  });

  it('begin again when the request was sent again', () => {
    assert.equal(joined([0, 'one '], [4, 'two'], [0, 'uno '], [4, 'due'])?.text, 'uno due');
    assert.equal(joined([8, 'three'], [0, 'uno'])?.text, 'uno');
  });

  it('keep the end of a very long text', () => {
    const live = joined([0, 'a'.repeat(keptCharacters)], [keptCharacters, 'end']);
    assert.equal(live?.text.length, keptCharacters);
    assert.equal(live?.from, 3);
    assert.ok(live?.text.endsWith('end'));
  });
});
