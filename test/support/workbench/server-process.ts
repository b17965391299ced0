// Starts a server on a loopback port and waits until it answers there.

import { isFree } from './free-port.ts';
import { type GroupOptions, type ProcessGroup, startGroup } from './process-group.ts';
import { waitUntil } from './wait-until.ts';

export interface ServerOptions extends GroupOptions {
  readonly port: number;
  readonly startTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A server that does not come up is stopped, and the error carries its log. */
export async function startServer(options: ServerOptions): Promise<ProcessGroup> {
  const { port, startTimeoutMs = 30_000, signal } = options;
  // Else the answer of another server would be taken for its own.
  if (!(await isFree(port))) throw new Error(`Port ${port} is in use.`);
  const server = await startGroup(options);
  try {
    await waitUntil(
      () => {
        if (server.running()) return answers(port);
        throw new Error(`The server ended while it was starting:\n${server.log()}`);
      },
      { what: `the server on port ${port}`, timeoutMs: startTimeoutMs, signal, detail: server.log },
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(5_000),
    });
    // Read to its end: the server takes a connection that breaks off for an error.
    await response.text();
    return response.status < 500;
  } catch {
    return false;
  }
}
