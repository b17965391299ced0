/** The figures as tables for a person. */
import type { DurableTrial } from './measures/durable-tasks.ts';
import type { FullPath } from './measures/full-path.ts';
import type { LongRun } from './measures/long-run.ts';
import type { Makespans } from './measures/makespan.ts';
import type { Resume } from './measures/resume.ts';

type Cell = string | number;

export function durableTable(trials: readonly DurableTrial[]): string {
  return table(
    ['', 'graph', 'tasks', 'ms', 'ms/task', 'events', 'commits', '× event floor', '× commit floor'],
    trials.map((one) => [
      one.who,
      one.graph,
      one.tasks,
      digits(one.ms, 0),
      digits(one.msPerTask, 2),
      one.events,
      one.commits,
      digits(one.overEventFloor, 2),
      digits(one.overCommitFloor, 2),
    ]),
  );
}

export function fullPathTable(runs: readonly FullPath[]): string {
  return table(
    ['Muster with git lanes', 'tasks', 'ms', 'ms/task'],
    runs.map((one) => [one.graph, one.tasks, digits(one.ms, 0), digits(one.msPerTask, 1)]),
  );
}

export function makespanTable(title: string, runs: readonly Makespans[]): string {
  return table(
    [title, 'graphs', 'undone', 'median', '90 %', 'worst', 'the worst'],
    runs.map((one) => [
      one.who,
      one.graphs,
      one.undone,
      digits(one.median, 3),
      digits(one.ninth, 3),
      digits(one.worst, 3),
      one.worstGraph,
    ]),
  );
}

export function resumeTable(resume: Resume): string {
  const { events, cold, warm, coldWithoutOpen, coldTotal, coldProcessor } = resume;
  const ms = (value: number) => digits(value, 1);
  return table(
    [
      `${events} events, ms`,
      'open',
      'read',
      'fold',
      'decide',
      'read to decide',
      'processor',
      'all',
    ],
    [
      [
        'fresh process',
        ...[
          cold.open,
          cold.read,
          cold.fold,
          cold.decide,
          coldWithoutOpen,
          coldProcessor,
          coldTotal,
        ].map(ms),
      ],
      [
        'warm process',
        '',
        ...[warm.read, warm.fold, warm.decide, warm.read + warm.fold + warm.decide].map(ms),
        '',
        '',
      ],
    ],
  );
}

export function longRunTable(runs: readonly LongRun[]): string {
  const heads = runs.map(
    (one) =>
      `${one.journal}: ${one.tasks} tasks, ${one.events} events in ${one.appends} appends, ${digits(one.seconds, 1)} s; ` +
      `memory ${digits(one.memory.before, 0)} MB, at most ${digits(one.memory.most, 0)} MB; ` +
      `heap ${digits(one.memory.heapBefore, 0)} to ${digits(one.memory.heapAfter, 0)} MB; ` +
      `${digits(one.databaseBytesPerEvent, 0)} bytes of database for each event`,
  );
  const rows = runs.flatMap((one) =>
    (['wall', 'processor', 'commit'] as const).map((of) => [
      `${one.journal}, ${of}`,
      ...one.tenths.map((tenth) => digits(tenth[of], 2)),
      digits(one.growth[of], 2),
    ]),
  );
  const tenths = runs[0]?.tenths.map((_, index) => `${index + 1}/10`) ?? [];
  return `${heads.join('\n')}\n${table(['ms for each event', ...tenths, 'last/first'], rows)}`;
}

function digits(value: number, count: number): string {
  return Number.isFinite(value) ? value.toFixed(count) : '';
}

/** The first column to the left, the others to the right. */
function table(head: readonly Cell[], rows: readonly Cell[][]): string {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
