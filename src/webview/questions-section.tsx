/** The clarifier's questions, each with why it matters, its options and room for other words. */
import { type ReactNode, useId } from 'react';
import type { Question } from '../shared/answers.ts';
import type { ApprovalState, RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { deadlineWords } from './figures.ts';
import { useNow, usePanel, useSent, useText } from './panel-hooks.ts';
import { type AnswerDraft, collectAnswers, optionsOf } from './question-answers.ts';
import { Region } from './region.tsx';
import { withKeys } from './unique-keys.ts';
import { count } from './words.ts';

type QuestionsSectionProps = {
  run: RunState;
  approval: ApprovalState;
  questions: readonly Question[];
};

export function QuestionsSection({ run, approval, questions }: QuestionsSectionProps): ReactNode {
  const panel = usePanel();
  const { approvalId } = approval;
  const sent = useSent(approvalId);
  const now = useNow(60_000);
  const answer = (): void => {
    const { texts } = panel.navigation.get();
    const draftOf = (questionId: string): AnswerDraft => ({
      choice: texts[choiceKey(approvalId, questionId)],
      other: texts[otherKey(approvalId, questionId)] ?? '',
    });
    const answers = collectAnswers(questions, draftOf);
    panel.sendOnce(approvalId, { type: 'answer', runId: run.runId, approvalId, answers });
  };
  return (
    <Region name="Questions" asks aside={count(questions.length, 'question')}>
      {withKeys(questions, (question) => question.id).map(({ key, item: question }) => (
        <QuestionCard key={key} approvalId={approvalId} question={question} />
      ))}
      <div className="actions">
        <Button kind="primary" unavailable={sent} onPress={answer}>
          Answer
        </Button>
      </div>
      <p className="hint">
        What you leave empty takes its default. {deadlineWords(approval.deadline, now)}.
      </p>
    </Region>
  );
}

function QuestionCard(props: { approvalId: string; question: Question }): ReactNode {
  const { approvalId, question } = props;
  const [choice, setChoice] = useText(choiceKey(approvalId, question.id));
  const [other = '', setOther] = useText(otherKey(approvalId, question.id));
  const id = useId();
  const options = optionsOf(question);
  const chosen = other.trim() === '' ? (choice ?? question.default) : undefined;
  return (
    <fieldset className="card question" aria-describedby={`${id}-why`}>
      <legend>{question.question}</legend>
      <p id={`${id}-why`} className="hint">
        {question.why}
      </p>
      {options.map((option) => (
        <label key={option} className="option">
          <input
            type="radio"
            name={id}
            checked={chosen === option}
            onChange={() => {
              setChoice(option);
              setOther('');
            }}
          />
          <span>
            {option}
            {option === question.default && <span className="hint"> (default)</span>}
          </span>
        </label>
      ))}
      <textarea
        className="input"
        rows={options.length > 0 ? 1 : 2}
        aria-label={
          options.length > 0
            ? `In your own words: ${question.question}`
            : `Your words: ${question.question}`
        }
        placeholder={options.length > 0 ? 'Or in your own words' : question.default}
        value={other}
        onChange={(event) => setOther(event.target.value)}
      />
    </fieldset>
  );
}

function choiceKey(approvalId: string, questionId: string): string {
  return `choice:${approvalId}:${questionId}`;
}

function otherKey(approvalId: string, questionId: string): string {
  return `other:${approvalId}:${questionId}`;
}
