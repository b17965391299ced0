/** The figures of staging as tables for a person. */
import type { StagingFigures } from './measure.ts';

const aims: Partial<Record<keyof StagingFigures['ratios'], number>> = {
  warmSnapshot: 1.5,
  warmSnapshotAfterEdits: 1.5,
  firstLane: 1.2,
  reusedLane: 0.2,
};

const words: Record<keyof StagingFigures['ratios'], string> = {
  warmSnapshot: 'warm snapshot / git status',
  warmSnapshotAfterEdits: 'the same after 10 edits',
  afterEditsOverPlainGit: 'the same / git status, add, write-tree',
  firstSnapshot: 'first snapshot / git status',
  firstLane: 'first lane / git worktree add',
  reusedLane: 'reused lane / git worktree add',
};

export function stagingTables(figures: readonly StagingFigures[]): string {
  const sizes = figures.map((one) => `${one.files} files`);
  const keys = Object.keys(words) as Array<keyof typeof words>;
  const ratios = table(
    ['ratio of medians', 'aim', ...sizes],
    keys.map((key) => [
      words[key],
      aims[key] === undefined ? '' : `at most ${aims[key]}`,
      ...figures.map((one) => one.ratios[key].toFixed(2)),
    ]),
  );
  const names = Object.keys(figures[0]?.ms ?? {});
  const times = table(
    ['median, ms', ...sizes],
    names.map((name) => [name, ...figures.map((one) => (one.ms[name] ?? Number.NaN).toFixed(1))]),
  );
  const processors = table(
    ['mean of processors, ms', ...sizes],
    Object.keys(figures[0]?.processorMs ?? {}).map((name) => [
      name,
      ...figures.map((one) => (one.processorMs[name] ?? Number.NaN).toFixed(1)),
    ]),
  );
  const started = table(
    ['git processes', ...sizes],
    Object.keys(figures[0]?.processes ?? {}).map((name) => [
      name,
      ...figures.map((one) => String(one.processes[name])),
    ]),
  );
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)}`;
  const bytes = table(
    ['kB', ...sizes],
    (
      [
        ['.git of the workspace', 'repository'],
        ['shadow repository', 'shadow'],
        ['work tree', 'workTree'],
        ['lane', 'lane'],
        ['written by a warm snapshot', 'warmSnapshot'],
        ['written by one after edits', 'warmSnapshotAfterEdits'],
      ] as const
    ).map(([name, key]) => [name, ...figures.map((one) => kilobytes(one.bytes[key]))]),
  );
  const load = figures.map((one) => one.load.map((each) => each.toFixed(1)).join(' to '));
  const loads = table(['load of the machine', ...sizes], [['before and after', ...load]]);
  return [ratios, times, processors, started, bytes, loads].join('\n\n');
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
