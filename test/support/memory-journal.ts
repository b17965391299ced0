/** The journal of a run in memory, for tests of whatever writes events. */
import { createHash } from 'node:crypto';
import type { Clock, Journal } from '../../src/engine/ports.ts';
import { eventVersion, parseEvent, type RunEvent } from '../../src/shared/events.ts';
import type { RunId } from '../../src/shared/ids.ts';
import { MusterError } from '../../src/shared/muster-error.ts';

/** Two of one run share `records`, as two processes share a file. */
export function createMemoryJournal(
  runId: RunId,
  { clock, records = { lines: [], bodies: new Map() } }: { clock: Clock; records?: MemoryRecords },
): Journal {
  let closed = false;
  const refuseWhenClosed = () => {
    if (closed) throw new MusterError('storage', 'The log of this run is closed.');
  };
  return {
    runId,
    async read() {
      const parsed = records.lines.map((line) => parseEvent(JSON.parse(line)));
      return parsed.flatMap((each) => (each.known ? [each.event] : []));
    },
    async append(bodies) {
      refuseWhenClosed();
      const at = clock.now().toISOString();
      const last = records.lines.length;
      const events = bodies.map(
        (body, position): RunEvent => ({
          v: eventVersion,
          seq: last + position + 1,
          at,
          runId,
          ...body,
        }),
      );
      records.lines.push(...events.map((event) => JSON.stringify(event)));
      return events;
    },
    async putBody(text) {
      refuseWhenClosed();
      const hash = createHash('sha256').update(text).digest('hex');
      records.bodies.set(hash, text);
      return { hash, bytes: Buffer.byteLength(text) };
    },
    async getBody(ref) {
      const text = records.bodies.get(ref.hash);
      if (text === undefined || Buffer.byteLength(text) !== ref.bytes) {
        throw new MusterError('storage', 'A message of this run is missing.');
      }
      return text;
    },
    async close() {
      closed = true;
    },
  };
}

export type MemoryRecords = { lines: string[]; bodies: Map<string, string> };
