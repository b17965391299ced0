/** What the person chose and typed for the clarifier's questions, and the answers that come of it. */
import type { Question } from '../shared/answers.ts';

export type AnswerDraft = {
  /** The chosen option; undefined while the preselected one stands. */
  choice: string | undefined;
  /** Typed words, which win over a choice. */
  other: string;
};

/** The options to show, the default among them; none when the question is open. */
export function optionsOf(question: Question): string[] {
  const options = question.options ?? [];
  if (options.length === 0 || options.includes(question.default)) return [...new Set(options)];
  return [question.default, ...new Set(options)];
}

/** Questions left blank are left out: they take their default. */
export function collectAnswers(
  questions: readonly Question[],
  draftOf: (questionId: string) => AnswerDraft,
): Record<string, string> {
  const answers: Record<string, string> = {};
  for (const question of questions) {
    const { choice, other } = draftOf(question.id);
    const chosen = optionsOf(question).length > 0 ? (choice ?? question.default) : undefined;
    const answer = other.trim() || chosen;
    if (answer !== undefined) answers[question.id] = answer;
  }
  return answers;
}
