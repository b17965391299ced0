/** Brings a database to the version that this release knows, one step after the other. */
import { MusterError } from '../../shared/muster-error.ts';
import type { Connection } from './connection.ts';
import { migrations } from './migrations.ts';

/**
 * Each step in a transaction of its own, so that a failure leaves a whole older version.
 * @throws MusterError `storage` when the database is of a newer version; it stays untouched
 */
export function migrate(connection: Connection, steps: readonly string[] = migrations): void {
  while (versionOf(connection) < steps.length) {
    connection.transaction(() => {
      // Another process may have been faster.
      const step = steps[versionOf(connection)];
      if (step === undefined) return;
      const next = versionOf(connection) + 1;
      connection.sqlite.exec(step);
      connection.sqlite.exec(`PRAGMA user_version = ${next}`);
    });
  }
  refuseNewer(versionOf(connection), steps.length);
}

/** @throws MusterError `storage` */
export function refuseNewer(version: number, known: number = migrations.length): void {
  if (version <= known) return;
  throw new MusterError(
    'storage',
    `The runs of this workspace were stored by a newer Muster (database version ${version}, this one knows ${known}). Nothing was changed. Update Muster here, or go on where the newer one is installed.`,
  );
}

export function versionOf({ sqlite }: Pick<Connection, 'sqlite'>): number {
  return Number(sqlite.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
