/** Texts that are kept in front of a journal. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Journal } from '../../../../src/engine/ports.ts';
import { cachedBodies } from '../../../../src/engine/run/cached-bodies.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { MusterError } from '../../../../src/shared/muster-error.ts';
import { createMemoryJournal, type MemoryRecords } from '../../../support/memory-journal.ts';
import { fakeTime } from '../../../support/time/fake-time.ts';

describe('The texts that a run keeps', () => {
  /** Tells which texts are read where they are stored. */
  function opened(kept?: number) {
    const records: MemoryRecords = { lines: [], bodies: new Map() };
    const journal = createMemoryJournal(RunId.parse('run'), { clock: fakeTime().clock, records });
    const read: string[] = [];
    const watched: Journal = {
      ...journal,
      async getBody(ref) {
        const text = await journal.getBody(ref);
        read.push(text);
        return text;
      },
    };
    return { journal, records, read, cached: cachedBodies(watched, kept) };
  }

  it('are read once, or not at all where they were stored here', async () => {
    const { journal, cached, read } = opened();
    const [own, other] = [await cached.putBody('own'), await journal.putBody('other')];
    for (const [ref, text] of [[own, 'own'] as const, [other, 'other'] as const]) {
      assert.equal(await cached.getBody(ref), text);
      assert.equal(await cached.getBody(ref), text);
    }
    assert.deepEqual(read, ['other']);
  });

  it('are stored each time, so that what an event names is there', async () => {
    const { cached, records } = opened();
    const ref = await cached.putBody('text');
    records.bodies.clear();
    await cached.putBody('text');
    assert.deepEqual([...records.bodies.keys()], [ref.hash]);
  });

  it('are as many as fit, and the one that was not used for longest goes first', async () => {
    const { cached, read } = opened(10);
    const [first, second] = [await cached.putBody('aaaa'), await cached.putBody('bbbb')];
    await cached.getBody(first);
    const third = await cached.putBody('cccc');
    for (const ref of [first, third]) await cached.getBody(ref);
    assert.deepEqual(read, []);
    await cached.getBody(second);
    assert.deepEqual(read, ['bbbb']);
  });

  it('do not make room for one that is larger than all of it', async () => {
    const { cached, read } = opened(10);
    const small = await cached.putBody('small');
    const large = await cached.putBody('larger than ten');
    assert.equal(await cached.getBody(small), 'small');
    assert.equal(await cached.getBody(large), 'larger than ten');
    assert.deepEqual(read, ['larger than ten']);
  });

  it('do not count what is used again twice', async () => {
    const { cached, read } = opened(10);
    const first = await cached.putBody('aaaa');
    for (let times = 0; times < 5; times += 1) await cached.getBody(first);
    await cached.putBody('aaaa');
    await cached.getBody(await cached.putBody('bbbb'));
    await cached.getBody(first);
    assert.deepEqual(read, []);
  });

  it('do not hold one that could not be stored', async () => {
    const { journal } = opened();
    const ref = await journal.putBody('text');
    const refusing: Journal = {
      ...journal,
      putBody: () => Promise.reject(new MusterError('storage', 'The disk is full.')),
      getBody: () => Promise.reject(new MusterError('storage', 'It is missing.')),
    };
    const cached = cachedBodies(refusing);
    await assert.rejects(cached.putBody('text'), { userMessage: 'The disk is full.' });
    await assert.rejects(cached.getBody(ref), { userMessage: 'It is missing.' });
  });

  it('say that one is missing, and have it once it is there', async () => {
    const { cached } = opened();
    const ref = await opened().journal.putBody('text');
    await assert.rejects(cached.getBody(ref), { code: 'storage' });
    await cached.putBody('text');
    assert.equal(await cached.getBody(ref), 'text');
  });
});
