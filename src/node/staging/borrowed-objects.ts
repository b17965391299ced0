/** Copies what a snapshot borrowed from the person's objects, so that nothing they do to those matters. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ShadowGit } from '../git/shadow-git.ts';
import type { Places } from './places.ts';

/** A crash must not lose the knowledge that the run's objects are elsewhere. */
export async function noteBorrowed(places: Places, shadow: ShadowGit): Promise<void> {
  if (shadow.borrowed === undefined) return;
  await writeFile(places.borrowed, shadow.borrowed, { mode: 0o600 });
}

export async function recallBorrowed(places: Places, shadow: ShadowGit): Promise<void> {
  shadow.borrowed = await readFile(places.borrowed, 'utf8').catch(() => undefined);
}

/**
 * Packs exactly the objects of the snapshot's tree that the shadow repository lacks: never the
 * person's history, and nothing twice.
 * @throws MusterError `staging`, e.g. when the person's objects are gone already
 */
export async function copyBorrowed(
  { shadow, places }: { shadow: ShadowGit; places: Places },
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  if (shadow.borrowed === undefined) return;
  const reachable = await shadow.bytes(['rev-list', '--objects', '--no-object-names', commit], {
    signal,
  });
  const checked = await shadow.bytes(['cat-file', '--batch-check=%(objectname)'], {
    ownObjects: true,
    input: reachable.stdout,
    signal,
  });
  const missing = checked.stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => line.endsWith(' missing'))
    .map((line) => `${line.slice(0, line.indexOf(' '))}\n`);
  if (missing.length > 0) {
    const pack = path.join(shadow.gitDir, 'objects', 'pack', 'pack');
    // Deltas that exist are reused; looking for new ones would cost more than their bytes are worth.
    await shadow.bytes(['pack-objects', '-q', '--window=0', '--threads=1', pack], {
      input: Buffer.from(missing.join('')),
      signal,
    });
  }
  shadow.borrowed = undefined;
  await rm(places.borrowed, { force: true });
}
