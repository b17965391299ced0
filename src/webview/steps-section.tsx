/** What the roles did before and around the tasks: triage, questions, plan, check, team. */
import { memo, type ReactNode, useMemo } from 'react';
import type { ConversationState, RunState } from '../shared/run-state.ts';
import { Activity, AllCalls } from './activity.tsx';
import { stepTitle } from './conversation-groups.ts';
import { Disclosure } from './disclosure.tsx';
import { liveTextOf } from './live-text.ts';
import { Status } from './mark.tsx';
import { FoldingRegion } from './region.tsx';
import type { Live } from './run-view.tsx';
import { count, motionOf, type RunMotion, type StatusWords } from './words.ts';

type StepsSectionProps = {
  run: RunState;
  steps: readonly ConversationState[];
  live: Live;
};

const preparing = ['analyzing', 'clarifying', 'planning', 'checking', 'mustering', 'answering'];

export function StepsSection({ run, steps, live }: StepsSectionProps): ReactNode {
  if (steps.length === 0) return null;
  const inPreparation = preparing.includes(run.status);
  return (
    <FoldingRegion
      name="Steps"
      memory={inPreparation ? 'steps' : 'steps-later'}
      openAtFirst={inPreparation}
      aside={count(steps.length, 'step')}
    >
      <ol className="steps">
        {steps.map((step, index) => (
          <Step
            key={step.conversationId}
            step={step}
            motion={motionOf(run)}
            newest={index === steps.length - 1}
            said={liveTextOf(live, step)}
          />
        ))}
      </ol>
      {run.answers && <Answers answers={run.answers} />}
      {run.snapshot && run.snapshot.leftOut.length > 0 && (
        <LeftOut leftOut={run.snapshot.leftOut} />
      )}
    </FoldingRegion>
  );
}

type StepProps = {
  step: ConversationState;
  motion: RunMotion;
  newest: boolean;
  said: string;
};

const Step = memo(function Step({ step, motion, newest, said }: StepProps): ReactNode {
  const active = newest && !step.ended && motion === 'moving';
  const name = `step:${step.conversationId}`;
  const conversations = useMemo(() => [step], [step]);
  return (
    <li className="step">
      <Disclosure
        name={name}
        summary={
          <span className="step-line">
            <span className="task-title">{stepTitle(step.purpose)}</span>
            <Status status={stepStatus(step, motion)} />
          </span>
        }
      >
        <AllCalls name={name} conversations={conversations} motion={motion} />
      </Disclosure>
      {active && (
        <div className="task-activity">
          <Activity
            name={name}
            conversations={conversations}
            motion={motion}
            said={said}
            quiet={step.purpose.kind === 'answer'}
          />
        </div>
      )}
    </li>
  );
});

function stepStatus(step: ConversationState, motion: RunMotion): StatusWords {
  if (step.ended) return { mark: 'done', words: 'Done' };
  if (motion !== 'moving') return { mark: 'stopped', words: 'Stopped' };
  return { mark: 'active', words: 'Running' };
}

function Answers({ answers }: { answers: NonNullable<RunState['answers']> }): ReactNode {
  return (
    <Disclosure name="answers" summary={`What you answered (${answers.length})`}>
      <dl className="detail">
        {answers.map(({ id, question, answer, defaulted }) => (
          <div key={id}>
            <dt>{question}</dt>
            <dd className="words">
              {answer}
              {defaulted && <span className="hint"> (default)</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Disclosure>
  );
}

type LeftOutFiles = NonNullable<RunState['snapshot']>['leftOut'];

function LeftOut({ leftOut }: { leftOut: LeftOutFiles }): ReactNode {
  return (
    <Disclosure name="left-out" summary={`Files that no agent sees (${leftOut.length})`}>
      <ul className="paths">
        {leftOut.map(({ path, reason }) => (
          <li key={path}>
            <code>{path}</code> <span className="hint">{reason}</span>
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}
