/** Records the golden log of this release: `node test/golden/record.ts`. Those of earlier releases are never changed. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { musterVersion } from '../../src/node/muster-version.ts';
import { reduceAll } from '../../src/shared/reduce.ts';
import { playEventfulRun } from '../unit/shared/eventful-run.ts';
import { outlineOf } from './outline.ts';

const run = await playEventfulRun();
try {
  const { events, root } = run.stage;
  const state = reduceAll(events);
  if (!state) throw new Error('The run has no events');
  const file = path.resolve(import.meta.dirname, `eventful-${musterVersion}`);
  const lines = events.map((event) => JSON.stringify(event).replaceAll(root, '/stage'));
  writeFileSync(`${file}.jsonl`, `${lines.join('\n')}\n`);
  writeFileSync(`${file}.json`, `${JSON.stringify(outlineOf(state), null, 2)}\n`);
} finally {
  await run.stage.close();
}
