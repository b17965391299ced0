/** Records of a log: known ones are held to their schema, later ones are kept. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseEvent } from '../../../src/shared/events.ts';

const record = (more: object = {}) => ({
  v: 1,
  seq: 3,
  at: '2026-01-02T03:04:05.678Z',
  runId: 'run-1',
  type: 'workflow:cancel',
  by: 'me',
  ...more,
});

describe('A record of a log', () => {
  it('of this version is the event', () => {
    assert.deepEqual(parseEvent(record()), { known: true, event: record() });
  });

  it('of an unknown type is kept whole, with what nobody here understands', () => {
    const later = record({ type: 'budget:later', amount: { usd: 3 } });
    assert.deepEqual(parseEvent(later), { known: false, event: later });
  });

  it('of a later version is kept, also where its type is known and its body is not', () => {
    const later = record({ v: 2, by: { name: 'me' } });
    assert.deepEqual(parseEvent(later), { known: false, event: later });
  });

  it('of a known type with a broken body is an error', () => {
    for (const broken of [
      record({ by: 7 }),
      record({ type: 'workflow:status', status: 'sleeping' }),
      record({ at: 'yesterday' }),
      record({ type: 'task:retry', taskId: '../up', attempt: 1, feedback: '' }),
      record({ type: 'change:decided', path: 'a', decision: 'maybe' }),
    ]) {
      assert.throws(() => parseEvent(broken), { name: 'ZodError' }, JSON.stringify(broken));
    }
  });

  it('without number, time, run or type is an error, whatever its version', () => {
    for (const key of ['v', 'seq', 'at', 'runId', 'type']) {
      assert.throws(() => parseEvent({ ...record({ v: 2 }), [key]: undefined }), {
        name: 'ZodError',
      });
    }
    for (const value of [null, [], 'x', record({ seq: 0 }), record({ runId: '../x' })]) {
      assert.throws(() => parseEvent(value), { name: 'ZodError' });
    }
  });

  it('may hold more than its schema says, which is left out', () => {
    assert.deepEqual(parseEvent(record({ colour: 'red' })), { known: true, event: record() });
  });
});
