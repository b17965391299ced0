/** `npm run bench:staging`: measures staging beside plain git and prints tables; the figures go into a JSON file. */
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inWorkFolder } from '../engine/work-folder.ts';
import { measureStaging, type StagingFigures } from './measure.ts';
import { stagingTables } from './report.ts';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    files: { type: 'string' },
    rounds: { type: 'string' },
    'lane-rounds': { type: 'string' },
    seed: { type: 'string', default: '20260101' },
    json: { type: 'string' },
  },
});
const wholeNumber = (name: string, text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} takes a whole number, not ${text}`);
};
const sizes =
  values.files === undefined
    ? [1_000, 10_000, ...(values.full ? [100_000] : [])]
    : values.files.split(',').map((size) => wholeNumber('files', size));
const seed = wholeNumber('seed', values.seed);
const rounds = wholeNumber('rounds', values.rounds ?? (values.full ? '11' : '7'));
const laneRounds = wholeNumber(
  'lane-rounds',
  values['lane-rounds'] ?? String(values.full ? 3 : rounds),
);

const figures: StagingFigures[] = [];
for (const files of sizes) {
  figures.push(
    await inWorkFolder((folder) => measureStaging(folder, { files, rounds, laneRounds, seed })),
  );
}
process.stdout.write(`${stagingTables(figures)}\n`);
const file = values.json ?? path.join(import.meta.dirname, '..', '.results', 'staging.json');
await mkdir(path.dirname(file), { recursive: true });
const machine = { cpus: os.cpus().length, platform: process.platform, node: process.version };
const results = { at: new Date().toISOString(), seed, machine, figures };
await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
process.stdout.write(`seed ${seed}; every figure is in ${path.relative('.', file)}\n`);
