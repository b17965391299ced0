/** `npm run test:crash`: kills a run of 34 tasks at points drawn from a seed, or after every event, and checks what comes of it. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type CrashPoint, drawPoints, everyPoint } from '../support/crash/crash-points.ts';
import { describeResult, openCrashSuite, runPoints } from '../support/crash/crash-suite.ts';

const usage = `run-crash-suite [--seed N] [--points N | --every] [--from N] [--only N]... [--jobs N] [--keep]
                [--events N]
--points  how many points are drawn, 200 unless said otherwise
--every   after every event in turn instead
--from    begins with the point of this number
--only    this point alone; may be given again
--jobs    points at a time, 3 unless said otherwise
--keep    leaves the folders of the runs, to look into them
--events  events of the run, where an earlier suite's points are wanted and its count was another
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    points: { type: 'string' },
    every: { type: 'boolean' },
    from: { type: 'string' },
    only: { type: 'string', multiple: true },
    jobs: { type: 'string' },
    events: { type: 'string' },
    keep: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

if (values.help) process.stdout.write(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const began = performance.now();
  const seed = numberOf(values.seed, Math.floor(Math.random() * 1_000_000));
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stopped.abort(new Error(`Stopped by ${name}`)));
  }
  const keep = values.keep ?? false;
  const suite = await openCrashSuite({ size: 'whole', keep }, stopped.signal);
  try {
    const events = numberOf(values.events, suite.events);
    say(`seed ${seed}, ${events} events in the run that was never killed`);
    for (const problem of suite.reference.problems) say(`    ${problem}`);
    if (suite.reference.problems.length > 0) return 1;
    const all = values.every
      ? everyPoint(events)
      : drawPoints({ seed, count: numberOf(values.points, 200), events });
    const points = chosen(all);
    const totals = await runPoints(suite, points, {
      jobs: numberOf(values.jobs, 3),
      onResult: (result) => say(describeResult(result)),
    });
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    say(JSON.stringify({ seed, events, ...totals, minutes: Number(minutes) }));
    if (keep) say(`The folders of the runs are in ${suite.base}`);
    const idle = points.length > 1 && totals.busyKills * 2 < totals.kills;
    if (idle) say('Fewer than half of the kills fell while three or more were in flight.');
    say(`${totals.points - totals.failed} passed, ${totals.failed} failed`);
    return totals.failed > 0 || idle ? 1 : 0;
  } finally {
    await suite.close();
  }
}

function chosen(points: readonly CrashPoint[]): CrashPoint[] {
  const from = numberOf(values.from, 1);
  const only = values.only?.map(Number);
  return points.filter(({ number }) => (only ? only.includes(number) : number >= from));
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`"${text}" is no whole number.\n${usage}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
