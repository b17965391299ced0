/** What was asked for, where the run stands, what it cost, and how to stop it or go on. */
import { Fragment, type ReactNode } from 'react';
import { hasEnded, type RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { ClampedText } from './clamped-text.tsx';
import { Disclosure } from './disclosure.tsx';
import { economyRows, spentWords } from './economy-figures.ts';
import { formatCount, formatDuration } from './figures.ts';
import { restingPlaceId } from './focus.ts';
import { Status } from './mark.tsx';
import { useNow, usePanel, useSent } from './panel-hooks.ts';
import { demoLabel, motionOf, runStatusWords } from './words.ts';

export function RunHeader({ run }: { run: RunState }): ReactNode {
  const panel = usePanel();
  return (
    <header className="run-header">
      <div className="run-bar">
        <h1 id={restingPlaceId} tabIndex={-1} className="run-status">
          <span role="status">
            <Status status={runStatusWords(run)} />
          </span>
        </h1>
        <Button kind="quiet" onPress={() => panel.act({ type: 'local:compose' })}>
          New task
        </Button>
      </div>
      {run.provider === 'demo' && <p className="badge">{demoLabel}</p>}
      <ClampedText name="request" text={run.request} what="request" className="run-request" />
      <div className="run-foot">
        <Disclosure
          name="totals"
          className="run-totals"
          summary={
            <>
              <Elapsed run={run} />
              {spentWords(run).map((words) => (
                <Fragment key={words}> · {words}</Fragment>
              ))}
            </>
          }
        >
          <Totals run={run} />
        </Disclosure>
        <RunActions run={run} />
      </div>
    </header>
  );
}

function RunActions({ run }: { run: RunState }): ReactNode {
  const panel = usePanel();
  const resuming = useSent('resume');
  const { runId } = run;
  const canCancel = !hasEnded(run) && !run.cancelled && run.status !== 'applying';
  const resumable = ['interrupted', 'paused', 'lapsed', 'failed'].includes(run.status);
  const canPause = canCancel && run.status === 'executing';
  if (!canCancel && !resumable) return null;
  return (
    <div className="actions">
      {resumable && (
        <Button
          kind="primary"
          unavailable={resuming}
          onPress={() => panel.sendOnce('resume', { type: 'resume', runId })}
        >
          Resume
        </Button>
      )}
      {canPause && (
        <Button
          kind="quiet"
          title="What is under way settles, nothing new begins"
          onPress={() => panel.send({ type: 'pause', runId })}
        >
          Pause
        </Button>
      )}
      {canCancel && (
        <Button kind="quiet" onPress={() => panel.send({ type: 'cancel', runId })}>
          Cancel
        </Button>
      )}
    </div>
  );
}

function Elapsed({ run }: { run: RunState }): ReactNode {
  const moving = motionOf(run) === 'moving';
  const now = useNow(moving ? 1000 : undefined);
  const until = moving ? now : Date.parse(run.updatedAt);
  return <>{formatDuration(run.totals?.wallMs ?? until - Date.parse(run.startedAt))}</>;
}

function Totals({ run }: { run: RunState }): ReactNode {
  const { usage, totals } = run;
  const rows: Array<[string, string]> = [
    ['Input tokens', formatCount(usage.input)],
    ['Read from cache', formatCount(usage.cacheRead)],
    ['Written to cache', formatCount(usage.cacheWrite)],
    ['Output tokens', formatCount(usage.output)],
    ['Requests', String(run.requests)],
    ['Retries', String(run.retries)],
  ];
  if (totals) rows.push(['Longest chain of tasks', formatDuration(totals.criticalPathMs)]);
  rows.push(...economyRows(run));
  if (run.snapshot) rows.push(['Files at the start', run.snapshot.files.toLocaleString('en')]);
  return (
    <dl className="figures">
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
