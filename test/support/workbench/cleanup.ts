// Keeps what this process has opened, so that a signal or an uncaught error leaves nothing behind.

export interface Closable {
  /** The orderly way; may take seconds. */
  close(): Promise<void>;
  /** The last resort when the process is exiting; synchronous. */
  closeNow(): void;
}

const open = new Set<Closable>();
const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
let watching = false;

/** Returns the function that closes it and forgets it; calling that twice closes once. */
export function closeAtExit(closable: Closable): () => Promise<void> {
  watchOnce();
  open.add(closable);
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= closable.close().finally(() => open.delete(closable));
    return closing;
  };
}

function watchOnce(): void {
  if (watching) return;
  watching = true;
  process.on('exit', closeAllNow);
  for (const [name, code] of Object.entries(signalCodes)) {
    process.once(name, () => {
      closeAllNow();
      process.exit(code);
    });
  }
}

function closeAllNow(): void {
  // Last opened, first closed: a browser goes before the server that it talks to.
  for (const closable of [...open].reverse()) {
    try {
      closable.closeNow();
    } catch (error) {
      console.error(error);
    }
  }
  open.clear();
}
