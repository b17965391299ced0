/** The limiter that all requests to one model share. */
import assert from 'node:assert/strict';
import { ModelGate, maxRetries } from '../../../src/engine/run/model-gate.ts';
import { type ErrorCode, MusterError } from '../../../src/shared/muster-error.ts';
import { fakeTime } from '../../support/time/fake-time.ts';

const never = new AbortController().signal;

describe('the gate before a model', () => {
  const gateWith = () => {
    const time = fakeTime();
    const random = { fraction: () => 0 };
    const noted: string[] = [];
    const listener = {
      onPause: async ({ until }: { until: Date }) => {
        noted.push(`pause ${until.getTime() - time.now()}`);
      },
      onRetry: async ({ attempt, delayMs }: { attempt: number; delayMs: number }) => {
        noted.push(`retry ${attempt} after ${delayMs}`);
      },
    };
    return { gate: new ModelGate({ ...time, random }), time, noted, listener };
  };

  const failing = (codes: ErrorCode[], retryAfterMs?: number) => {
    const left = [...codes];
    return async () => {
      const code = left.shift();
      if (code !== undefined) {
        throw new MusterError(code, code, retryAfterMs === undefined ? {} : { retryAfterMs });
      }
      return 'answer';
    };
  };

  it('waits out a limit for as long as the service asks, and fails nobody', async () => {
    const { gate, time, noted, listener } = gateWith();
    const request = { try: failing(['model-limit', 'model-limit'], 7000), listener };
    assert.equal(await gate.send('m', request, never), 'answer');
    assert.deepEqual(noted, ['pause 7000', 'pause 7000']);
    assert.deepEqual(time.slept, [7000, 7000]);
  });

  it('waits longer each time where the service does not say how long, up to a minute', async () => {
    const { gate, noted, listener } = gateWith();
    const limits = Array.from({ length: 8 }, (): ErrorCode => 'model-limit');
    await gate.send('m', { try: failing(limits), listener }, never);
    assert.deepEqual(
      noted.map((each) => Number(each.split(' ')[1])),
      [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
    );
  });

  it('holds back everybody on the model while it is paused, and nobody on another', async () => {
    const { gate, time, listener } = gateWith();
    const sent: string[] = [];
    const other = (key: string) =>
      gate.send(
        key,
        { try: async () => void sent.push(`${key} at ${time.now()}`), listener },
        never,
      );
    const start = time.now();
    let first = true;
    const limited = gate.send(
      'm',
      {
        listener,
        try: async () => {
          if (!first) return;
          first = false;
          throw new MusterError('model-limit', 'busy', { retryAfterMs: 5000 });
        },
      },
      never,
    );
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([other('n'), other('m'), limited]);
    assert.deepEqual(sent.toSorted(), [`m at ${start + 5000}`, `n at ${start}`]);
  });

  it('retries a passing fault with growing delays, and then gives up with it', async () => {
    const { gate, noted, listener } = gateWith();
    const faults = Array.from({ length: maxRetries + 1 }, (): ErrorCode => 'model-unreachable');
    await assert.rejects(gate.send('m', { try: failing(faults), listener }, never), {
      code: 'model-unreachable',
    });
    assert.deepEqual(noted, [
      'retry 1 after 500',
      'retry 2 after 1000',
      'retry 3 after 2000',
      'retry 4 after 4000',
    ]);
  });

  it('does not count limits as retries', async () => {
    const { gate, listener } = gateWith();
    const mixed: ErrorCode[] = ['model', 'model-limit', 'model', 'model-limit', 'model', 'model'];
    assert.equal(await gate.send('m', { try: failing(mixed), listener }, never), 'answer');
  });

  it('sends nothing again that was refused', async () => {
    const { gate, noted, listener } = gateWith();
    for (const code of ['model-auth', 'model-refused'] as const) {
      await assert.rejects(gate.send('m', { try: failing([code]), listener }, never), { code });
    }
    assert.deepEqual(noted, []);
  });

  it('stops waiting when the run is cancelled', async () => {
    const { gate, listener } = gateWith();
    const controller = new AbortController();
    const request = {
      listener,
      try: async () => {
        controller.abort(new Error('cancelled'));
        throw new MusterError('model-limit', 'busy');
      },
    };
    await assert.rejects(gate.send('m', request, controller.signal), /cancelled/);
  });
});
