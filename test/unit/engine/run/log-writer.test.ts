/** The writing of a run's log: one write at a time, shared by all that wait for it. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LogWriter } from '../../../../src/engine/run/log-writer.ts';
import type { EventBody, RunEvent } from '../../../../src/shared/events.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { MusterError } from '../../../../src/shared/muster-error.ts';
import { reduceAll } from '../../../../src/shared/reduce.ts';
import type { RunState } from '../../../../src/shared/run-state.ts';
import { createMemoryJournal } from '../../../support/memory-journal.ts';
import { heldTime } from '../../../support/time/held-time.ts';

const start: EventBody = {
  type: 'workflow:start',
  request: 'Do it',
  workspace: '/nowhere',
  provider: 'test',
  models: { smart: 's', balanced: 'b', fast: 'f' },
  limits: { maxAttempts: 3, maxTasks: 10, approvalHours: 24 },
  muster: 'test',
};
const results = (text: string): EventBody => ({ type: 'workflow:results', text });
const pause: EventBody = { type: 'workflow:pause', by: 't' };
const textsOf = (bodies: readonly EventBody[]) =>
  bodies.map((body) => (body.type === 'workflow:results' ? body.text : body.type));

type Given = Partial<Pick<ConstructorParameters<typeof LogWriter>[0], 'follow' | 'onWritten'>>;

/** A log whose writes are watched, and wait where `hold` was called. */
async function opened(given: Given = {}) {
  const time = heldTime();
  const journal = createMemoryJournal(RunId.parse('run'), { clock: time.clock });
  const state = reduceAll(await journal.append([start]));
  assert.ok(state);
  const writes: string[][] = [];
  const faults: unknown[] = [];
  const written: RunEvent[][] = [];
  let held: PromiseWithResolvers<void> | undefined;
  const append = async (bodies: readonly EventBody[]) => {
    writes.push(textsOf(bodies));
    const waiting = held?.promise;
    held = undefined;
    await waiting;
    return journal.append(bodies);
  };
  const writer = new LogWriter({
    state,
    journal: { append },
    clock: time.clock,
    follow: () => [],
    onWritten: (events) => written.push([...events]),
    onFault: (error) => faults.push(error),
    ...given,
  });
  const hold = () => {
    held = Promise.withResolvers<void>();
    return held;
  };
  return { writer, writes, written, faults, journal, time, hold };
}

describe('The log of a run', () => {
  it('is written in order, and what waits for a write shares the next', async () => {
    const { writer, writes, journal, hold } = await opened();
    const first = hold();
    const all = ['a', 'b', 'c'].map((text) => writer.append(() => [results(text)]));
    await Promise.resolve();
    const later = ['d', 'e'].map((text) => writer.append(() => [results(text)]));
    first.resolve();
    await Promise.all([...all, ...later]);
    assert.deepEqual(writes, [
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    const log = await journal.read();
    assert.deepEqual(
      log.map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual(writer.state, reduceAll(log));
  });

  it('is decided on as it will be: each sees what those before it in the write do', async () => {
    const { writer } = await opened();
    const seen: Array<Pick<RunState, 'seq' | 'paused'>> = [];
    const look = ({ seq, paused }: RunState, body: EventBody) => {
      seen.push({ seq, paused });
      return [body];
    };
    await Promise.all([
      writer.append((state) => look(state, pause)),
      writer.append((state) => look(state, results('a'))),
      writer.append((state) => look(state, results('b'))),
    ]);
    assert.deepEqual(seen, [
      { seq: 1, paused: false },
      { seq: 2, paused: true },
      { seq: 3, paused: true },
    ]);
  });

  it('shows the time of the write to what is decided in it, and holds that of the journal', async () => {
    const { writer, time } = await opened();
    time.advance(5_000);
    let seen = '';
    const first = writer.append(() => [pause]);
    const second = writer.append((state) => {
      seen = state.updatedAt;
      time.advance(1_000);
      return [];
    });
    await Promise.all([first, second]);
    assert.equal(seen, '2026-01-01T00:00:05.000Z');
    assert.equal(writer.state.updatedAt, '2026-01-01T00:00:06.000Z');
  });

  it('leaves out whoever refuses, and nobody else', async () => {
    const { writer, writes } = await opened();
    const refusal = new MusterError('wrong-decision', 'No.');
    const outcomes = await Promise.allSettled([
      writer.append(() => [results('a')]),
      writer.append(() => {
        throw refusal;
      }),
      writer.append(({ results: text }) => [results(`${text} and b`)]),
    ]);
    assert.deepEqual(
      outcomes.map((each) => (each.status === 'rejected' ? each.reason : each.status)),
      ['fulfilled', refusal, 'fulfilled'],
    );
    assert.deepEqual(writes, [['a', 'a and b']]);
  });

  it('takes all of what one appends or nothing', async () => {
    const { writer, writes } = await opened();
    // What no release writes: it does not fold.
    const unknown = { type: 'no:such' } as unknown as EventBody;
    const outcomes = await Promise.allSettled([
      writer.append(() => [results('half'), unknown]),
      writer.append(({ results: text }) => [results(`after ${text}`)]),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    assert.deepEqual(writes, [['after undefined']]);
  });

  it('that cannot be written fails all of that write, stays as it was, and goes on', async () => {
    const { writer, written, hold, journal } = await opened();
    const before = writer.state;
    const full = new MusterError('storage', 'The disk is full.');
    hold().reject(full);
    const outcomes = await Promise.allSettled([
      writer.append(() => [results('a')]),
      writer.append(() => [pause]),
    ]);
    for (const each of outcomes) assert.equal(each.status === 'rejected' && each.reason, full);
    assert.equal(writer.state, before);
    assert.deepEqual(written, [[]]);
    await writer.append(() => [results('b')]);
    assert.deepEqual(textsOf(await journal.read()), ['workflow:start', 'b']);
    assert.equal(writer.state.paused, false);
  });

  it('is not written for nothing', async () => {
    const { writer, writes } = await opened();
    await writer.append(() => []);
    assert.deepEqual(writes, []);
    assert.equal(writer.state.seq, 1);
  });

  it('has in one write what follows, on what comes of all of it, until nothing follows', async () => {
    const follow = ({ paused, results: text }: RunState) => {
      if (paused && text === 'b') return [results('follows')];
      return text === 'follows' ? [results('follows that')] : [];
    };
    const { writer, writes } = await opened({ follow });
    await Promise.all([
      writer.append(() => [pause, results('a')]),
      writer.append(() => [results('b')]),
    ]);
    assert.deepEqual(writes, [['workflow:pause', 'a', 'b', 'follows', 'follows that']]);
    assert.equal(writer.state.results, 'follows that');
  });

  it('survives a rule that never comes to rest', async () => {
    const { writer } = await opened({ follow: ({ seq }) => [results(`${seq}`)] });
    await writer.append(() => [pause]);
    assert.ok(writer.state.seq > 10 && writer.state.seq < 1_000);
  });

  it('takes what is appended although a rule or a listener has a fault, and tells of it', async () => {
    const faults = [new Error('rule'), new Error('listener')];
    const thrower = (error: Error | undefined) => () => {
      throw error;
    };
    const given = { follow: thrower(faults[0]), onWritten: thrower(faults[1]) };
    const { writer, faults: told } = await opened(given);
    await writer.append(() => [pause]);
    assert.deepEqual(told, faults);
    await writer.append(() => [results('a')]);
    assert.deepEqual([writer.state.paused, writer.state.results], [true, 'a']);
  });

  it('has settled when all that was appended is written', async () => {
    const { writer, hold } = await opened();
    const first = hold();
    const append = writer.append(() => [pause]);
    let settled = false;
    const wait = writer.settled().then(() => {
      settled = true;
    });
    await new Promise(setImmediate);
    assert.equal(settled, false);
    first.resolve();
    await Promise.all([append, wait]);
    assert.equal(writer.state.paused, true);
  });
});
