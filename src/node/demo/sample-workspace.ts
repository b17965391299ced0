/** The bundled sample workspace: how it is recognised, and what the demo is asked to do there. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

/** A name that no project of a person's has. */
const sampleName = '@muster-sample/tabkeeper';

/** What the demo types into the composer; the script plays the same for any other words. */
export const demoTask =
  'Make the failing tests pass, add the missing settle module, and remove the deprecated CSV export.';

const Manifest = z.looseObject({ name: z.literal(sampleName) });

/** The demo model only plays there: its edits fit no other files. */
export async function isSampleWorkspace(folder: string): Promise<boolean> {
  try {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8');
    return Manifest.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
