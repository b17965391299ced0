/** Logs of every release still fold to what they folded to then. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEvent, type RunEvent } from '../../../src/shared/events.ts';
import { reduceAll } from '../../../src/shared/reduce.ts';
import { outlineOf } from '../../golden/outline.ts';

const folder = path.resolve(import.meta.dirname, '../../golden');

describe('the golden logs', () => {
  const logs = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

  it('are there', () => assert.ok(logs.length > 0));

  for (const name of logs) {
    it(`${name} folds as it did`, () => {
      const lines = readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n');
      const events = lines.map((line): RunEvent => {
        const parsed = parseEvent(JSON.parse(line));
        assert.ok(parsed.known, line.slice(0, 200));
        return parsed.event;
      });
      const state = reduceAll(events);
      assert.ok(state);
      const expected: unknown = JSON.parse(
        readFileSync(path.join(folder, name.replace(/l$/, '')), 'utf8'),
      );
      assert.deepEqual(JSON.parse(JSON.stringify(outlineOf(state))), expected);
    });
  }
});
