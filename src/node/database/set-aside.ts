/** Puts a damaged database out of the way, whole and undeleted, so that a clean one can be begun. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { MusterError } from '../../shared/muster-error.ts';
import { companionEndings, damageMark } from './database-files.ts';

/**
 * @param at goes into the name
 * @returns the new name of the database; undefined when another process was faster
 * @throws MusterError `storage` when it cannot be moved
 */
export function setAside(file: string, at: Date): string | undefined {
  const target = freeName(`${file}.corrupt-${at.toISOString().replace(/[-:]|\.\d+/g, '')}`);
  try {
    // The log first: one that stayed would be replayed into the clean database.
    for (const ending of companionEndings) {
      if (existsSync(file + ending)) renameSync(file + ending, target + ending);
    }
    renameSync(file, target);
    rmSync(damageMark(file), { force: true });
  } catch (cause) {
    if (!existsSync(file)) return undefined;
    throw new MusterError(
      'storage',
      `Muster's database ${file} is damaged and could not be set aside. Nothing was started, and your files were not touched. Close other windows that use Muster on this folder, or move the file away, and try again.`,
      { cause },
    );
  }
  return target;
}

function freeName(name: string): string {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    const taken = ['', ...companionEndings].some((ending) => existsSync(candidate + ending));
    if (!taken) return candidate;
  }
}
