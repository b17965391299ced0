/** What the extension host loads: the suite of all host tests. */
import path from 'node:path';
import { runHostSuite } from '../support/workbench/host-suite.ts';

export function run(): Promise<void> {
  const file = (name: string) => path.join(import.meta.dirname, name);
  const names = ['extension', 'command-terminals', 'open-documents', 'run-by-api'];
  return runHostSuite(
    names.map((name) => file(`${name}.test.ts`)),
    90_000,
  );
}
