/** Where the database of a workspace is, below its state folder. */
import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';

export function databaseFile(folder: string): string {
  return path.join(folder, 'muster.db');
}

/** What SQLite keeps beside the database; these go wherever it goes. */
export const companionEndings = ['-wal', '-shm', '-journal'] as const;

/** Left by whoever met damage, so that the next who opens the database looks it through. */
export function damageMark(file: string): string {
  return `${file}.damaged`;
}

/** Whether a run was ever stored here; looking makes nothing. */
export function hasDatabase(folder: string): Promise<boolean> {
  return stat(databaseFile(folder)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Tells a file from another that took its name; undefined where there is none. */
export function fileIdentity(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
