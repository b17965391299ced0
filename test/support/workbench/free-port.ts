// Finds a loopback port that nobody listens on, and tells whether a given one is such.

import { createServer } from 'node:net';

/** Chosen by the system. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error('The system gave no port.');
  return port;
}

export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) === port;
}

/** Undefined when nothing can listen there. */
function listenOnce(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : undefined;
      server.close(() => resolve(port));
    });
  });
}
