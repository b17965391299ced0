/** Search and lists go by the same ignore rules, though one is ripgrep's and the other Muster's own. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { makeLane } from '../../../src/node/lane.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { seededRandom } from '../shared/seeded-random.ts';

const never = new AbortController().signal;
const names = ['a', 'b', 'out', 'c.ts', 'd.js', '.e', 'f.log', 'node_modules', 'x y'];
const patterns = [
  ...['a', '/a', 'a/', '*.ts', '!c.ts', 'out/', '!out/', 'b/*.js', '**/d.js', 'a/**/b', '/b/*'],
  ...[
    '!/b/c.ts',
    '.e',
    '*',
    '!*/',
    '!*.ts',
    '# a',
    '',
    '\\!a',
    'x y',
    'x\\ y',
    '[ab]',
    '?.log',
    'out/**',
  ],
];

describe('Search and lists', () => {
  const makeFolder = temporaryFolders();
  const { below, chance, pick, seed } = seededRandom();

  it(`see the same files under any ignore rules (SEED=${seed})`, async function () {
    this.timeout(60_000);
    let compared = 0;
    for (let round = 0; round < 15; round++) {
      const root = await makeFolder();
      const written: string[] = [];
      const fill = async (folder: string, depth: number): Promise<void> => {
        await mkdir(path.join(root, folder), { recursive: true });
        for (const name of names) {
          const at = path.join(folder, name);
          if (depth < 2 && chance(0.4)) await fill(at, depth + 1);
          else if (chance(0.7)) await writeFile(path.join(root, at), 'needle\n');
        }
        if (chance(0.4) || depth === 0) {
          const lines = Array.from({ length: 1 + below(4) }, () => pick(patterns));
          written.push(`${folder}: ${JSON.stringify(lines)}`);
          await writeFile(path.join(root, folder, '.gitignore'), `${lines.join('\n')}\n`);
        }
      };
      await fill('.', 0);
      const lane = makeLane(root);
      const listed = await lane.files.list('.', { limit: 10_000 }, never);
      const query = { pattern: 'needle', regex: false, context: 0, limit: 10_000 };
      const found = await lane.search.find(query, never);
      assert.deepEqual(
        found.matches.map((match) => match.path),
        listed.entries.map((entry) => entry.path).filter((name) => !name.endsWith('.gitignore')),
        written.join('\n'),
      );
      compared += found.matches.length;
    }
    assert.ok(compared > 50, `only ${compared} files`);
  });
});
