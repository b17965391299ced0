/** The page of events says what the schemas say. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventsDocument } from '../../../scripts/events-document.ts';

describe('docs/events.md', () => {
  it('is current; `npm run docs:events` writes it anew', async () => {
    const file = path.resolve(import.meta.dirname, '../../../docs/events.md');
    assert.equal(await readFile(file, 'utf8'), eventsDocument());
  });
});
