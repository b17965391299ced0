/** The script format: which step answers a request. */
import assert from 'node:assert/strict';
import { piecesOf, Script, stepFor, stopOf } from '../../../../src/node/models/script.ts';

const script = Script.parse({
  name: 'sample',
  description: '',
  conversations: {
    'review-code/*': [{ text: 'any task' }],
    'review-code/api/*': [{ text: 'any round of api' }],
    'review-code/api/2': [{ text: 'round 2 of api' }, { text: 'second turn' }],
    plan: [{ text: 'planned' }],
  },
});

function textOf(conversationId: string, turn: number): string | undefined {
  const found = stepFor(script, conversationId, turn);
  return 'step' in found ? found.step.text : found.missing;
}

describe('a script', () => {
  it('answers by conversation and turn, the same each time', () => {
    assert.equal(textOf('review-code/api/2', 1), 'second turn');
    assert.equal(textOf('review-code/api/2', 1), 'second turn');
  });

  it('takes the exact key first, then the longest beginning', () => {
    assert.equal(textOf('review-code/api/2', 0), 'round 2 of api');
    assert.equal(textOf('review-code/api/1', 0), 'any round of api');
    assert.equal(textOf('review-code/web/1', 0), 'any task');
  });

  it('names the conversation and the turn that it has no step for', () => {
    assert.match(textOf('plan', 3) ?? '', /no step for turn 3 of conversation 'plan' .* has 1/);
    assert.match(textOf('team', 0) ?? '', /no conversation 'team' .*plan/);
  });

  it('does not take an inherited property for a conversation', () => {
    assert.match(textOf('constructor', 0) ?? '', /no conversation 'constructor'/);
  });

  it('stops for tools where it calls some, unless it says otherwise', () => {
    const calls = [{ name: 'read_file', input: { path: 'a' } }];
    assert.deepEqual(
      [stopOf({ calls }), stopOf({ text: 'done' }), stopOf({ calls, stop: 'length' })],
      ['tools', 'end', 'length'],
    );
  });

  it('refuses a misspelt key instead of ignoring it', () => {
    const misspelt = { name: 'x', description: '', conversations: { plan: [{ tekst: 'hello' }] } };
    assert.throws(() => Script.parse(misspelt), /tekst/);
  });
});

describe('pieces of a text', () => {
  it('are the text again when they are joined', () => {
    for (const text of [
      '',
      ' ',
      'one',
      '  leading and\n\ntrailing \n',
      'a b c d e f g h',
      'ü – 漢字\u00a0x',
    ]) {
      assert.equal(piecesOf(text).join(''), text);
    }
    assert.ok(piecesOf('a b c d e f g h').length > 1);
  });
});
