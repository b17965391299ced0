/** The thread that has the database open: an entry of its own, so that waiting for the disk blocks nobody. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { databaseError } from './database-error.ts';
import { fileSystemKind } from './file-system-kind.ts';
import { openConnection } from './open-connection.ts';
import { serveStore } from './serve-store.ts';
import { requireSqlite } from './sqlite-module.ts';
import { makeStore } from './store.ts';
import { thisProcess } from './this-process.ts';
import { type Response, toFailure, type WorkerSetup } from './worker-messages.ts';

if (parentPort === null) throw new Error('The database runs in a worker thread.');
// Its own client passes it.
void work(parentPort, workerData as WorkerSetup);

async function work(port: MessagePort, { folder, now, timing }: WorkerSetup): Promise<void> {
  const send = (response: Response) => port.postMessage(response);
  try {
    const sqlite = requireSqlite();
    const journalMode = (await fileSystemKind(folder)) === 'local' ? 'wal' : 'delete';
    const self = await thisProcess();
    const at = new Date(now);
    const opened = openConnection({ folder, sqlite, journalMode, at, busyTimeout: timing.busy });
    serveStore(makeStore(opened.connection, self), { port, file: opened.connection.file, timing });
    send({ kind: 'opened', notices: opened.notices });
  } catch (error) {
    const failure = databaseError("Muster's database could not be opened", error);
    send({ kind: 'refused', failure: toFailure(failure) });
  }
}
