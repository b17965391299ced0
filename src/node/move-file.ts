/** Renames a file of a lane: both ends through the guard, and nothing is ever replaced. */
import { rename } from 'node:fs/promises';
import { MusterError } from '../shared/muster-error.ts';
import { inFolder, makeFolders } from './anchored-folder.ts';
import { fileError, notAFile, notFound } from './file-errors.ts';
import { checkEntry, type PathGuard } from './path-guard.ts';
import { show } from './path-refusal.ts';

/** @throws MusterError `path-refused`, `not-found`, `not-a-file`, `bad-input` where `to` is taken */
export async function moveFile(guard: PathGuard, from: string, to: string): Promise<void> {
  const source = await guard.locate(from);
  if (source.entry === undefined) throw notFound(from);
  if (source.entry.isDirectory()) throw notAFile(from);
  const target = await locateTarget(guard, to);
  await makeFolders(target.root, target.names.slice(0, -1), to);
  await inFolder(source.parent, from, (sourceFolder) =>
    inFolder(target.parent, to, async (targetFolder) => {
      checkEntry(from, source.entry);
      await sourceFolder.confirm();
      await targetFolder.confirm();
      await rename(
        sourceFolder.entry(source.names.at(-1) ?? ''),
        targetFolder.entry(target.names.at(-1) ?? ''),
      );
    }),
  );
}

async function locateTarget(guard: PathGuard, to: string) {
  try {
    const target = await guard.locate(to, { keepLastLink: 'any' });
    if (target.entry === undefined && target.names.length > 0) return target;
  } catch (error) {
    throw fileError(error, to);
  }
  throw new MusterError(
    'bad-input',
    `Something stands at ${show(to)} already, and moving never replaces. Nothing was moved. Choose another name, or delete that file first.`,
  );
}
