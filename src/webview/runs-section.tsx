/** Earlier runs, the newest first. */
import { memo, type ReactNode } from 'react';
import type { RunId } from '../shared/ids.ts';
import type { RunSummary } from '../shared/protocol.ts';
import { formatAgo } from './figures.ts';
import { Status } from './mark.tsx';
import { useNow, usePanel } from './panel-hooks.ts';
import { FoldingRegion } from './region.tsx';
import { providerWords, summaryWords } from './words.ts';

type RunsSectionProps = { runs: readonly RunSummary[]; selected: RunId | undefined };

export const RunsSection = memo(function RunsSection(props: RunsSectionProps): ReactNode {
  const { runs, selected } = props;
  if (runs.length === 0) return null;
  const newestFirst = runs.toSorted((one, other) => other.startedAt.localeCompare(one.startedAt));
  return (
    <FoldingRegion
      name="Runs"
      memory={selected === undefined ? 'runs' : 'runs-beside'}
      openAtFirst={selected === undefined}
      aside={String(runs.length)}
    >
      <ul className="runs">
        {newestFirst.map((run) => (
          <RunItem key={run.runId} run={run} selected={run.runId === selected} />
        ))}
      </ul>
    </FoldingRegion>
  );
});

function RunItem({ run, selected }: { run: RunSummary; selected: boolean }): ReactNode {
  const panel = usePanel();
  const now = useNow(60_000);
  return (
    <li>
      <button
        type="button"
        className="run-item"
        aria-current={selected || undefined}
        onClick={() => panel.send({ type: 'select-run', runId: run.runId })}
      >
        <span className="run-item-request">{run.request}</span>
        <span className="task-line">
          <Status status={summaryWords(run)} /> · {providerWords(run.provider)} ·{' '}
          {formatAgo(run.startedAt, now)}
        </span>
      </button>
    </li>
  );
}
