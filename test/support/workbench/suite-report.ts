// Reads what a suite in the extension host reports, out of all that the workbench prints around it.

import { type HostTestEvent, reportMark } from './host-suite.ts';

export interface SuiteReport {
  /** Any piece of what the workbench printed, whole lines of the suite in it. */
  take(text: string): void;
  /** The counts; prints everything that was kept if the suite did not come to its end. */
  end(): { readonly ended: boolean; readonly passed: number; readonly failed: number };
}

const keptLines = 400;

export function suiteReport(log: (line: string) => void): SuiteReport {
  const others: string[] = [];
  let [passed, failed, ended] = [0, 0, false];
  const takeEvent = (event: HostTestEvent): void => {
    switch (event.type) {
      case 'pass':
        passed += 1;
        log(`  ✔ ${event.title} (${event.ms} ms)`);
        return;
      case 'fail':
        failed += 1;
        log(`  ✖ ${event.title}\n${indented(event.error)}`);
        return;
      case 'skip':
        log(`  - ${event.title} (skipped)`);
        return;
      case 'end':
        ended = true;
        return;
    }
    event satisfies never;
  };
  return {
    take(text) {
      for (const line of text.split('\n')) {
        const event = eventOn(line);
        if (event !== undefined) takeEvent(event);
        else if (line.trim() !== '') others.push(line);
        if (others.length > keptLines) others.shift();
      }
    },
    end() {
      if (!ended) for (const line of others) log(line);
      return { ended, passed, failed };
    },
  };
}

function eventOn(line: string): HostTestEvent | undefined {
  const start = line.indexOf(reportMark);
  if (start < 0) return undefined;
  return JSON.parse(line.slice(start + reportMark.length)) as HostTestEvent;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}
