/** Where words and events go: events to stdout with --json, people's words to stderr. */
import process from 'node:process';
import type { RunEvent } from '../shared/events.ts';
import { showHidden } from '../shared/hidden-characters.ts';
import { describeEvent } from './describe-event.ts';

export type Printer = {
  /** The answer to the command, for a person. With --json it goes to stderr. */
  say(text: string): void;
  /** Progress and remarks. */
  note(text: string): void;
  events(events: readonly RunEvent[]): void;
  json(value: unknown): void;
};

export function createPrinter({ json }: { json: boolean }): Printer {
  return {
    say: (text) => (json ? process.stderr : process.stdout).write(`${clean(text)}\n`),
    note: (text) => process.stderr.write(`${clean(text)}\n`),
    json: (value) => process.stdout.write(`${JSON.stringify(value)}\n`),
    events(events) {
      for (const event of events) {
        if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
        else {
          const line = describeEvent(event);
          if (line) process.stderr.write(`${clean(line)}\n`);
        }
      }
    },
  };
}

/** Text of models and files must neither steer the terminal nor hide in it. */
function clean(text: string): string {
  return showHidden(text.replaceAll('\r', ''));
}
