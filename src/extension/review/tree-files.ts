/** Files of trees, read once: what is asked for at one moment is read by one command. */
import type { RunId } from '../../shared/ids.ts';

type Bytes = Uint8Array | undefined;
type Read = (runId: RunId, tree: string, paths: readonly string[]) => Promise<Bytes[]>;
type Wanted = { path: string; resolve(bytes: Bytes): void; reject(error: unknown): void };

/** A tree never changes, so that what was read of it holds; so many bytes are kept. */
const keptBytes = 64 * 1024 * 1024;

export class TreeFiles {
  readonly #read: Read;
  readonly #known = new Map<string, { bytes: Promise<Bytes>; size: number }>();
  readonly #wanted = new Map<string, { runId: RunId; tree: string; files: Wanted[] }>();
  #size = 0;

  constructor(read: Read) {
    this.#read = read;
  }

  read(runId: RunId, tree: string, path: string): Promise<Bytes> {
    const key = `${runId} ${tree} ${path}`;
    const known = this.#known.get(key);
    if (known) {
      // Asked for last, thrown out last.
      this.#known.delete(key);
      this.#known.set(key, known);
      return known.bytes;
    }
    const bytes = new Promise<Bytes>((resolve, reject) => {
      this.#want({ runId, tree }, { path, resolve, reject });
    });
    const kept = { bytes, size: 0 };
    this.#known.set(key, kept);
    bytes.then(
      (read) => {
        kept.size = read?.length ?? 0;
        this.#size += kept.size;
        this.#forgetOldest();
      },
      () => this.#known.delete(key),
    );
    return bytes;
  }

  #want({ runId, tree }: { runId: RunId; tree: string }, file: Wanted): void {
    const key = `${runId} ${tree}`;
    const wanted = this.#wanted.get(key);
    if (wanted) {
      wanted.files.push(file);
      return;
    }
    this.#wanted.set(key, { runId, tree, files: [file] });
    setImmediate(() => void this.#readWanted(key));
  }

  async #readWanted(key: string): Promise<void> {
    const wanted = this.#wanted.get(key);
    this.#wanted.delete(key);
    if (!wanted) return;
    const { runId, tree, files } = wanted;
    try {
      const paths = files.map((file) => file.path);
      const read = await this.#read(runId, tree, paths);
      for (const [index, file] of files.entries()) file.resolve(read[index]);
    } catch (error) {
      for (const file of files) file.reject(error);
    }
  }

  #forgetOldest(): void {
    for (const [key, { size }] of this.#known) {
      if (this.#size <= keptBytes) return;
      this.#known.delete(key);
      this.#size -= size;
    }
  }
}
