/** Where the state of a workspace is kept, whether it can be written, and how full it is. */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { isMusterError } from '../../shared/muster-error.ts';
import { measureStorage } from '../staging/measure-storage.ts';
import { findStateFolder } from '../state-folder.ts';
import type { Check, CheckResult } from './check.ts';

export function storageCheck(options: {
  workspace: string;
  state?: string;
  capBytes: number;
}): Check {
  const { capBytes, ...place } = options;
  return {
    title: 'storage',
    async run(signal): Promise<CheckResult> {
      try {
        const { folder } = await findStateFolder(place);
        const where = `State of this workspace: ${folder}`;
        const existing = await existingPart(folder);
        const writable = await access(existing, constants.W_OK).then(
          () => true,
          () => false,
        );
        if (!writable) {
          const line = `${existing} cannot be written. Make it writable, or name another place with --state.`;
          return { state: 'missing', lines: [where, line] };
        }
        const { objects, lanes, rest, total } = await measureStorage(folder, signal);
        const use = `${gigabytes(total)} of at most ${gigabytes(capBytes)}: staged states ${gigabytes(objects)}, working copies ${gigabytes(lanes)}, database and the rest ${gigabytes(rest)}.`;
        if (total <= capBytes) return { state: 'works', lines: [where, use] };
        const full =
          'That is more than the cap. Old runs are let go of when the next run starts; what is left belongs to runs that go on or wait for you.';
        return { state: 'limited', lines: [where, use, full] };
      } catch (error) {
        if (!isMusterError(error)) throw error;
        return { state: 'missing', lines: [error.userMessage] };
      }
    },
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GB`;
}

async function existingPart(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  const parent = path.dirname(folder);
  return found !== undefined || parent === folder ? folder : existingPart(parent);
}
