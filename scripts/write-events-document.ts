/** Writes docs/events.md: `npm run docs:events`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventsDocument } from './events-document.ts';

writeFileSync(path.resolve(import.meta.dirname, '../docs/events.md'), eventsDocument());
