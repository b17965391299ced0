/** SQLite as it comes with Node, or a clear word where it does not. */
import process from 'node:process';
import { MusterError } from '../../shared/muster-error.ts';

export type SqliteModule = typeof import('node:sqlite');

/** Undefined where Node is older than 22.13 or was started without it. */
export function builtInSqlite(): SqliteModule | undefined {
  return process.getBuiltinModule?.('node:sqlite');
}

/** @throws MusterError `storage` */
export function requireSqlite(load: () => SqliteModule | undefined = builtInSqlite): SqliteModule {
  const module = load();
  if (module !== undefined) return module;
  throw new MusterError(
    'storage',
    `Muster stores its runs with node:sqlite, which this Node ${process.versions.node} does not have. Nothing was started or changed. Use Node 22.13 or newer, or the editor's current version.`,
  );
}
