/** Measures in a process of its own, so that nothing measured before is in its memory or its compiler's. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type * as z from 'zod';

const run = promisify(execFile);

/**
 * @param file in the folder of the measures, or an absolute path; prints its outcome as JSON
 * @throws what the process wrote to its error stream
 */
export async function measureInChild<Outcome>(
  file: string,
  args: readonly string[],
  outcome: z.ZodType<Outcome>,
): Promise<Outcome> {
  const script = path.resolve(import.meta.dirname, 'measures', file);
  const { stdout } = await run(process.execPath, ['--expose-gc', script, ...args], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return outcome.parse(JSON.parse(stdout));
}
