/** Large texts, stored once by content, in the same transaction as the next events. */
import { createHash } from 'node:crypto';
import type { BodyRef } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { Connection } from './connection.ts';

export type BodyTable = {
  /** Kept in memory until `store`, or until there is much of it. */
  put(text: string): BodyRef;
  /** @throws MusterError `storage` when it is missing or is not what was put */
  get(ref: BodyRef): string;
  /** Inside a transaction: writes what was put; after its commit call what it returns. */
  store(): () => void;
};

/** Bytes that wait for a transaction. */
const maxWaiting = 8 * 1024 * 1024;
/** Well below what SQLite takes for one value. */
const maxBody = 256 * 1024 * 1024;

export function makeBodyTable(connection: Connection): BodyTable {
  const waiting = new Map<string, Buffer>();
  let waitingBytes = 0;

  const store = () => {
    const insert = connection.statement(
      'INSERT OR IGNORE INTO blobs (hash, bytes, content) VALUES (?, ?, ?)',
    );
    const stored = [...waiting];
    for (const [hash, content] of stored) insert.run(hash, content.length, content);
    return () => {
      for (const [hash, content] of stored) {
        if (waiting.delete(hash)) waitingBytes -= content.length;
      }
    };
  };
  const contentOf = (hash: string): Uint8Array | undefined => {
    const row = connection.statement('SELECT content FROM blobs WHERE hash = ?').get(hash);
    return row?.content instanceof Uint8Array ? row.content : undefined;
  };

  return {
    put(text) {
      const content = Buffer.from(text, 'utf8');
      if (content.length > maxBody) throw tooLarge(content.length);
      const ref: BodyRef = { hash: hashOf(content), bytes: content.length };
      if (waiting.has(ref.hash)) return ref;
      if (connection.statement('SELECT 1 FROM blobs WHERE hash = ?').get(ref.hash)) return ref;
      waiting.set(ref.hash, content);
      waitingBytes += content.length;
      if (waitingBytes > maxWaiting) connection.transaction(store)();
      return ref;
    },
    get(ref) {
      const content = waiting.get(ref.hash) ?? contentOf(ref.hash);
      if (content === undefined) throw damaged('is missing', ref);
      if (content.length !== ref.bytes || hashOf(content) !== ref.hash) {
        throw damaged('is damaged', ref);
      }
      return Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
    },
    store,
  };
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function damaged(how: string, { hash }: BodyRef): MusterError {
  return new MusterError(
    'storage',
    `A message of this run ${how} (${hash}). Your files were not touched, and the rest of the log is kept. Start the task as a new run.`,
  );
}

function tooLarge(bytes: number): MusterError {
  return new MusterError(
    'storage',
    `A message of this run has ${bytes} bytes, more than the ${maxBody} that Muster stores. It was not recorded, and your files were not touched. Resume the run with a smaller task.`,
  );
}
