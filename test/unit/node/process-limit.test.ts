/** The limit on what runs at the same time. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createLimit } from '../../../src/node/process-limit.ts';

const never = new AbortController().signal;

describe('A limit of two', () => {
  it('runs two at once and the others in order, also after failures', async () => {
    const limit = createLimit(2);
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const started: number[] = [];
    const all = gates.map((gate, at) =>
      limit(async () => {
        started.push(at);
        await gate.promise;
      }, never),
    );
    assert.deepEqual(started, [0, 1]);
    gates[1]?.reject(new Error('failed'));
    await assert.rejects(all[1] ?? Promise.resolve(), /failed/);
    assert.deepEqual(started, [0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.allSettled(all);
    assert.deepEqual(started, [0, 1, 2, 3]);
  });

  it('lets go of one that is cancelled while it waits, and keeps its place free', async () => {
    const limit = createLimit(1);
    const gate = Promise.withResolvers<void>();
    const first = limit(() => gate.promise, never);
    const controller = new AbortController();
    const waiting = limit(async () => assert.fail(), controller.signal);
    controller.abort(new Error('stop'));
    await assert.rejects(waiting, /stop/);
    await assert.rejects(
      limit(async () => {}, controller.signal),
      /stop/,
    );
    gate.resolve();
    await first;
    assert.equal(await limit(async () => 'ran', never), 'ran');
  });
});
