/** Does what a case asks, by the parts of Muster that would do it: a lane's files and search, and apply. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileWrite } from '../../../src/engine/apply-port.ts';
import { createApply } from '../../../src/node/apply/apply.ts';
import { createLaneFiles } from '../../../src/node/lane-files.ts';
import { createLaneSearch } from '../../../src/node/lane-search.ts';
import { isMusterError } from '../../../src/shared/muster-error.ts';
import type { Case } from './corpus.ts';
import { patchOperations } from './parse-patch-text.ts';
import { givenPath, type World } from './world.ts';

/** The parts, so that a test can put others in their place. */
export const realParts = { createApply, createLaneFiles, createLaneSearch };
export type Parts = typeof realParts;

export const written = Buffer.from('written');
const never = new AbortController().signal;

/** What the tool does in a lane. */
export async function doInLane(each: Case, world: World, parts: Parts = realParts) {
  const files = parts.createLaneFiles(world.root);
  const where = givenPath(each.input.path, world);
  switch (each.tool) {
    case 'fs.read':
      return files.read(where);
    case 'fs.write':
    case 'worktree':
      return files.write(where, written);
    case 'fs.edit':
      await files.read(where);
      return files.write(where, written);
    case 'fs.delete':
      return files.remove(where);
    case 'fs.list':
      return files.list(where, { limit: 100 }, never);
    case 'search': {
      const { pattern, glob } = each.input;
      const query = { pattern, regex: true, context: 0, limit: 100, ...(glob && { glob }) };
      return parts.createLaneSearch(world.root, { timeLimitMs: 1000 }).find(query, never);
    }
    case 'patch':
      for (const operation of patchOperations(each.input.patch)) {
        if (operation.do === 'write') await files.write(operation.path, written);
        else if (operation.do === 'remove') await files.remove(operation.path);
        else {
          await files.write(operation.to, await files.read(operation.from));
          await files.remove(operation.from);
        }
      }
      return undefined;
    default:
      return assert.fail(`The corpus has a tool that this test does not know: ${each.tool}`);
  }
}

/** The change as a person would have reviewed it, with the files as they were then. */
export async function reviewedWrites(each: Case, world: World): Promise<FileWrite[]> {
  const change = async (file: string, after?: Uint8Array): Promise<FileWrite> => {
    const before = await readFile(path.resolve(world.root, file)).catch(() => undefined);
    const seen = each.setup.some(([operation]) => operation === 'file') ? before : undefined;
    return { path: file, ...(seen && { before: seen }), ...(after && { after }) };
  };
  if (each.tool !== 'patch') {
    const file = givenPath(each.input.path, world);
    return [await change(file, each.tool === 'fs.delete' ? undefined : written)];
  }
  const writes: FileWrite[] = [];
  for (const operation of patchOperations(each.input.patch)) {
    if (operation.do === 'write') writes.push(await change(operation.path, written));
    else if (operation.do === 'remove') writes.push(await change(operation.path));
    else writes.push(await change(operation.from), await change(operation.to, written));
  }
  return writes;
}

export function applyIn(world: World, writes: readonly FileWrite[], parts: Parts = realParts) {
  const folder = path.join(world.base, 'state');
  return parts.createApply({ workspace: world.root, folder }).apply(writes, never);
}

/** The rule, or the kind of error, that refused; undefined when nothing did. */
export async function refusalOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'rule' in error) return String(error.rule);
    assert.ok(isMusterError(error), `not an error for people: ${error}`);
    return error.code;
  }
}
