/** Hunks stand in the text that the review shows where they are said to stand. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { withoutRejected } from '../../../src/engine/review/apply-decisions.ts';
import { parsePatch } from '../../../src/node/staging/parse-patch.ts';
import type { Hunk, HunkDecision } from '../../../src/shared/changes.ts';
import { placeHunks } from '../../../src/shared/hunk-places.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { randomChange, randomText } from '../engine/review/random-texts.ts';
import { seededRandom } from './seeded-random.ts';

const hunk = (
  id: string,
  ...[baseStart, baseLines, headStart, headLines]: [number, number, number, number]
): Hunk => ({
  id,
  baseStart,
  baseLines,
  headStart,
  headLines,
});

describe('The place of a hunk', () => {
  const makeFolder = temporaryFolders();

  it('is that in the proposal while nothing is rejected', () => {
    const hunks = [hunk('new', 0, 0, 1, 2), hunk('changed', 3, 1, 5, 1), hunk('gone', 8, 2, 9, 0)];
    assert.deepEqual(
      placeHunks({ hunks, decisions: { changed: 'accepted' } }).map(({ decision, line, lines }) => [
        decision,
        line,
        lines,
      ]),
      [
        ['undecided', 0, 2],
        ['accepted', 4, 1],
        ['undecided', 9, 0],
      ],
    );
  });

  it('moves with what is rejected before it', () => {
    const hunks = [hunk('new', 0, 0, 1, 2), hunk('gone', 4, 3, 5, 0), hunk('changed', 9, 1, 8, 1)];
    assert.deepEqual(
      placeHunks({ hunks, decisions: { new: 'rejected', gone: 'rejected' } }).map(
        ({ line, lines }) => [line, lines],
      ),
      [
        [0, 0],
        [3, 3],
        [8, 1],
      ],
    );
  });

  const random = seededRandom();
  it(`holds the lines of its side, in 300 random reviews (seed ${random.seed})`, async () => {
    const folder = await makeFolder();
    const texts: Array<{ base: string; head: string }> = [];
    while (texts.length < 300) {
      const base = randomText(random);
      const head = randomChange(random, base);
      if (base !== head && base !== '' && head !== '') texts.push({ base, head });
    }
    for (const side of ['base', 'head'] as const) {
      await mkdir(path.join(folder, side));
      for (const [at, text] of texts.entries()) {
        await writeFile(path.join(folder, side, `f${1000 + at}`), text[side], 'latin1');
      }
    }
    const flags = ['--no-index', '-U0', '--histogram', '--text', '--no-color', 'base', 'head'];
    const { stdout } = spawnSync('git', ['-c', 'core.autocrlf=false', 'diff', ...flags], {
      cwd: folder,
      maxBuffer: 100_000_000,
    });
    const changes = parsePatch(stdout.toString('latin1'));
    assert.equal(changes.length, texts.length);
    for (const [at, hunks] of changes.entries()) {
      const { base = '', head = '' } = texts[at] ?? {};
      const decisions: Record<string, HunkDecision> = Object.fromEntries(
        hunks.map(({ id }) => [id, random.pick(['accepted', 'rejected', 'undecided'] as const)]),
      );
      const shown = withoutRejected(Buffer.from(base, 'latin1'), Buffer.from(head, 'latin1'), {
        hunks,
        decisions,
      });
      const lines = linesOf(Buffer.from(shown ?? []).toString('latin1'));
      for (const place of placeHunks({ hunks, decisions })) {
        const { baseStart, baseLines, headStart, headLines } = place.hunk;
        const expected =
          place.decision === 'rejected'
            ? linesOf(base)
                .slice(Math.max(0, baseStart - 1))
                .slice(0, baseLines)
            : linesOf(head)
                .slice(Math.max(0, headStart - 1))
                .slice(0, headLines);
        assert.equal(place.lines, expected.length);
        assert.deepEqual(lines.slice(place.line, place.line + place.lines), expected);
      }
    }
  });
});

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
