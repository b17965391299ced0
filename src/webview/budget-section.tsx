/** Ceilings that were reached: what is spent, and whether to go on under a higher one. */
import { type ReactNode, useId } from 'react';
import { type CeilingReached, leastLimit, reachedWords, scopeWords } from '../shared/ceiling.ts';
import type { ApprovalState, RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { limitTyped } from './ceiling-input.ts';
import { deadlineWords } from './figures.ts';
import { useFocusHandedOn } from './focus.ts';
import { useNow, usePanel, useSent, useText } from './panel-hooks.ts';
import { Region } from './region.tsx';
import { count } from './words.ts';

type BudgetSectionProps = { run: RunState; approvals: readonly ApprovalState[] };

export function BudgetSection({ run, approvals }: BudgetSectionProps): ReactNode {
  return (
    <Region name="Budget" asks aside={count(approvals.length, 'ceiling')}>
      {approvals.map((approval) =>
        approval.ceiling ? (
          <BudgetCard
            key={approval.approvalId}
            run={run}
            approval={approval}
            ceiling={approval.ceiling}
          />
        ) : null,
      )}
    </Region>
  );
}

type BudgetCardProps = { run: RunState; approval: ApprovalState; ceiling: CeilingReached };

const units = { usd: 'US dollars', tokens: 'tokens', minutes: 'minutes' };

function BudgetCard({ run, approval, ceiling }: BudgetCardProps): ReactNode {
  const panel = usePanel();
  const ref = useFocusHandedOn();
  const id = useId();
  const now = useNow(60_000);
  const { runId } = run;
  const { approvalId } = approval;
  const sent = useSent(approvalId);
  const [text = String(suggested(ceiling)), setText] = useText(`ceiling:${approvalId}`);
  const priced = ceiling.unpriced === undefined;
  const limit = priced ? limitTyped(text, ceiling) : null;
  const least = `at least ${leastLimit(ceiling).toLocaleString('en')}`;
  return (
    <article
      ref={ref}
      className="card card-question"
      aria-label={`Ceiling of ${scopeWords(ceiling)}`}
    >
      <p id={id} className="words">
        {reachedWords(ceiling)}
      </p>
      {priced && (
        <label className="ceiling">
          New ceiling in {units[ceiling.kind]}, {least}
          <input
            className="input"
            inputMode="decimal"
            value={text}
            aria-invalid={limit === undefined || undefined}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
      )}
      <div className="actions">
        <Button
          kind="primary"
          describedBy={id}
          unavailable={sent || limit === undefined}
          title={limit === undefined ? `Type a number, ${least}` : 'Goes on where it stopped'}
          onPress={() => {
            if (limit === undefined) return;
            panel.sendOnce(approvalId, { type: 'raise-ceiling', runId, approvalId, limit });
          }}
        >
          {priced ? 'Raise and continue' : 'Take away and continue'}
        </Button>
        <Button
          describedBy={id}
          unavailable={sent}
          title={
            ceiling.scope === 'run'
              ? 'Ends the run; what is done can be reviewed'
              : 'Nothing more is asked for it, and what is not done has failed'
          }
          onPress={() => panel.sendOnce(approvalId, { type: 'stop-at-ceiling', runId, approvalId })}
        >
          Stop
        </Button>
      </div>
      <p className="hint">{deadlineWords(approval.deadline, now)}</p>
    </article>
  );
}

/** Twice as much, or what the next request needs. */
function suggested(ceiling: CeilingReached): number {
  return Math.max(ceiling.limit * 2, leastLimit(ceiling));
}
