/** What a command line names: the id of a run, a file with text. */
import { readFile } from 'node:fs/promises';
import { RunId } from '../shared/ids.ts';
import { MusterError } from '../shared/muster-error.ts';

export function parseRunId(text: string): RunId {
  const parsed = RunId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new MusterError(
    'not-found',
    `"${text}" is not the id of a run. List them with muster runs.`,
  );
}

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new MusterError(
      'bad-input',
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
