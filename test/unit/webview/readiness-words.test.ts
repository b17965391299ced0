/** Why a run cannot start, and the way out. */
import assert from 'node:assert/strict';
import type { Readiness } from '../../../src/shared/protocol.ts';
import { obstacleOf, providerWords } from '../../../src/webview/readiness-words.ts';

const ready: Readiness = { kind: 'ready', provider: 'anthropic', folder: 'dates' };

describe('readiness', () => {
  it('has no obstacle when a run can start', () => {
    assert.equal(obstacleOf(ready), undefined);
    assert.match(providerWords(ready), /^Anthropic\. Nothing in dates changes/);
  });

  it('says which folders of the workspace are left out', () => {
    const words = providerWords({ ...ready, others: ['web', 'docs'] });
    assert.match(words, /web and docs are not part of it/);
    assert.match(providerWords({ ...ready, others: ['web'] }), /: web is not part of it/);
  });

  it('names each obstacle and one way out', () => {
    const wayOut = (readiness: Readiness) => obstacleOf(readiness)?.wayOut?.intent.type;
    assert.equal(wayOut({ kind: 'no-folder' }), 'open-folder');
    assert.equal(wayOut({ kind: 'untrusted' }), 'manage-trust');
    assert.equal(wayOut({ kind: 'no-key', provider: 'anthropic' }), 'set-key');
    assert.equal(wayOut({ kind: 'unsupported', message: 'Not yet.' }), 'open-settings');
  });

  it('never calls the demonstration a model', () => {
    const words = providerWords({ kind: 'ready', provider: 'demo', folder: 'sample' });
    assert.doesNotMatch(words, /Anthropic|AI|model/);
  });
});
