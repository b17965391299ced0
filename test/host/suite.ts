/** What the extension host loads: the suite of all host tests. */
import path from 'node:path';
import { runHostSuite } from '../support/workbench/host-suite.ts';

export function run(): Promise<void> {
  const file = (name: string) => path.join(import.meta.dirname, name);
  const tests = ['extension.test.ts', 'command-terminals.test.ts', 'run-by-api.test.ts'];
  return runHostSuite(tests.map(file), 90_000);
}
