/** One run: what the person is asked for first, then where it stands, then how it came to that. */
import { type ReactNode, useMemo, useRef } from 'react';
import type { TurnId } from '../shared/ids.ts';
import type { Elsewhere } from '../shared/protocol.ts';
import { hasEnded, openApprovals, type RunState } from '../shared/run-state.ts';
import { BudgetSection } from './budget-section.tsx';
import { ChangesSection } from './changes-section.tsx';
import { type Grouped, groupConversations } from './conversation-groups.ts';
import type { LiveText } from './live-text.ts';
import { Mark } from './mark.tsx';
import { OutcomeSection } from './outcome-section.tsx';
import { PermissionSection } from './permission-section.tsx';
import { PlanApproval } from './plan-approval.tsx';
import { PlanSection } from './plan-section.tsx';
import { ProgressSection } from './progress-section.tsx';
import { QuestionsSection } from './questions-section.tsx';
import { RunHeader } from './run-header.tsx';
import { StepsSection } from './steps-section.tsx';
import { TeamSection } from './team-section.tsx';
import { elsewhereWords } from './words.ts';

export type Live = ReadonlyMap<TurnId, LiveText>;

type RunViewProps = { run: RunState; live: Live; elsewhere: Elsewhere | undefined };

export function RunView({ run, live, elsewhere }: RunViewProps): ReactNode {
  const grouped = useGrouped(run);
  const open = openApprovals(run);
  const commands = open.filter((each) => each.kind === 'command');
  const budgets = open.filter((each) => each.kind === 'budget');
  const planApproval = open.find((each) => each.kind === 'plan');
  const asked = open.find((each) => each.kind === 'questions');
  return (
    <>
      <RunHeader run={run} />
      {elsewhere && (
        <div className="elsewhere">
          <div className="notice notice-info">
            <Mark name="review" />
            <p>{elsewhereWords(elsewhere)}</p>
          </div>
        </div>
      )}
      {budgets.length > 0 && <BudgetSection run={run} approvals={budgets} />}
      {(commands.length > 0 || (run.grants.length > 0 && !hasEnded(run))) && (
        <PermissionSection run={run} approvals={commands} />
      )}
      {run.questions && asked && (
        <QuestionsSection run={run} approval={asked} questions={run.questions.questions} />
      )}
      <OutcomeSection run={run} steps={grouped.steps} live={live} />
      {!run.approved && <StepsSection run={run} steps={grouped.steps} live={live} />}
      {run.changes && <ChangesSection run={run} changes={run.changes} />}
      {run.tasks.length > 0 && <ProgressSection run={run} grouped={grouped} live={live} />}
      {planApproval ? (
        <PlanApproval key={planApproval.approvalId} run={run} approval={planApproval} />
      ) : (
        <>
          {run.plan && <PlanSection run={run} plan={run.plan} openAtFirst={!run.approved} />}
          {run.team && <TeamSection team={run.team} plan={run.plan} openAtFirst={false} />}
        </>
      )}
      {run.approved && <StepsSection run={run} steps={grouped.steps} live={live} />}
    </>
  );
}

/** Groups that did not change stay the same arrays, so that only the rows that did are drawn again. */
function useGrouped(run: RunState): Grouped {
  const last = useRef<Grouped>(undefined);
  return useMemo(() => {
    last.current = groupConversations(run.conversations, last.current);
    return last.current;
  }, [run.conversations]);
}
