/** Whatever the file's line ends, mark and encoding: an edit changes its own lines and no other byte. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findPlace } from '../../../../../src/engine/agent/edit/find-place.ts';
import { replacePlace } from '../../../../../src/engine/agent/edit/replace-place.ts';
import {
  decodeText,
  encodeText,
  type TextEncoding,
} from '../../../../../src/engine/agent/text-file.ts';
import { seededRandom } from '../../../shared/seeded-random.ts';

const encodings: readonly TextEncoding[] = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'];
const pieces = ['a', 'bb', ' ', '\t', 'é', '"', '\u201c', '\u2019', '–', '\u00a0', '{', '  ', 'ß'];
const ends = ['\n', '\r\n', '\n', '\r\n'];

describe('An edit of any file', () => {
  const { below, pick, seed } = seededRandom();

  it(`leaves every other byte as it was (SEED=${seed})`, () => {
    let applied = 0;
    for (let round = 0; round < 2000; round++) {
      const end = below(3) === 0 ? undefined : pick(ends);
      const lines = Array.from({ length: 1 + below(8) }, () => ({
        text: Array.from({ length: below(6) }, () => pick(pieces)).join(''),
        end: end ?? pick(ends),
      }));
      const last = lines.at(-1);
      if (last && below(2) === 0) last.end = '';
      const encoding = pick(encodings);
      const bom = encoding.startsWith('utf-16') || (encoding === 'utf-8' && below(2) === 0);
      const text = lines.map((line) => line.text + line.end).join('');
      const bytes = encodeText(text, { encoding, bom });
      const [from, count] = [below(lines.length), 1 + below(3)];
      const chosen = lines.slice(from, from + count);
      const old = asModelsWrite(chosen.map((line) => line.text).join('\n'), below(4));
      const file = decodeText('f', bytes);
      const found = old === '' ? { kind: 'none' as const } : findPlace(file.text, old);
      const place =
        found.kind === 'near' ? found.place : found.kind === 'exact' ? found.places[0] : undefined;
      if (place === undefined) continue;
      if (found.kind === 'exact' && found.places.length > 1) continue;
      const after = replacePlace(file.text, place, { old, wanted: `${old}\nNEW` });
      if (after === undefined) continue;
      applied += 1;
      const written = decodeText('f', encodeText(after, file));
      const context = JSON.stringify({ text, old, after });
      assert.equal(written.bom, bom, context);
      const kept = file.text.slice(0, place.end);
      assert.ok(after.startsWith(kept), context);
      assert.ok(after.endsWith(file.text.slice(place.end)), context);
      const added = after.slice(place.end, after.length - (file.text.length - place.end));
      assert.match(added, /^\r?\n[ \t]*NEW$/, context);
      const own = new Set(file.text.match(/\r?\n/g) ?? ['\n']);
      assert.ok(own.has(/\r?\n/.exec(added)?.[0] ?? ''), context);
    }
    assert.ok(applied > 500, `only ${applied} edits applied`);
  });
});

/** What models do to a text that they copy. */
function asModelsWrite(text: string, how: number): string {
  switch (how) {
    case 0:
      return text.replace(/[ \t]+$/gm, '');
    case 1:
      return text
        .replace(/[\u201c]/g, '"')
        .replace(/\u2019/g, "'")
        .replace(/\u00a0/g, ' ');
    default:
      return text;
  }
}
