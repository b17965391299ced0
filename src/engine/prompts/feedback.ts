/** Feedback that is appended to a conversation: objections to a plan, reviews, the person's wishes. */
import type { Plan } from '../../shared/plan.ts';
import type { PlanCheck, Verdict } from '../../shared/run-state.ts';

export function planFeedbackNote(check: PlanCheck): string {
  const issues = check.issues.map((issue) => {
    const where = issue.task_id === undefined ? '' : `task ${issue.task_id}: `;
    return `- [${issue.severity}] ${where}${issue.message}${suggestion(issue.suggestion)}`;
  });
  const by = check.by === 'rules' ? 'a check of its form' : 'the logic checker';
  return [
    `The plan did not pass ${by}.`,
    check.feedback,
    ...issues,
    'Call generate_plan again with the whole plan, changed accordingly.',
  ]
    .filter(Boolean)
    .join('\n');
}

/** @param edited the plan, where the person had changed it before they asked for more */
export function personFeedbackNote(feedback: string, edited?: Plan): string {
  const now = edited
    ? `\nBefore that the person edited the plan themselves. As they left it, in the form of generate_plan:\n${JSON.stringify(edited)}\nBegin from this plan, and keep what they changed unless the feedback says otherwise.`
    : '';
  return `The person looked at the plan and the team and asks for changes:\n${feedback}${now}\nCall generate_plan again with the whole plan, changed accordingly.`;
}

export function reviewFeedbackNote(
  failed: readonly Verdict[],
  attempt: { attempt: number; of: number },
): string {
  const parts = failed.map((verdict) => {
    const issues = verdict.issues.map((issue) => {
      const where = 'file' in issue ? `${issue.file}${issue.line ? `:${issue.line}` : ''}: ` : '';
      return `- [${issue.severity}] ${where}${issue.message}${suggestion(issue.suggestion)}`;
    });
    return [`The ${verdict.reviewer} did not accept the work: ${verdict.summary}`, ...issues].join(
      '\n',
    );
  });
  return `${parts.join('\n\n')}\n\nYour changes are still in place. Mend what is objected to, verify it, and call finish_task again. This is attempt ${attempt.attempt} of ${attempt.of}.`;
}

export function conflictNote(
  files: readonly string[],
  notes: readonly string[] = files.map((file) => `${file}: both sides stand between markers.`),
): string {
  return [
    'Your work was accepted, but meanwhile other tasks changed the same places. Your lane now holds the merge of both, with these conflicts:',
    ...notes.map((note) => `- ${note}`),
    'Between the markers (<<<<<<<, =======, >>>>>>>) the first side is what has been merged already, the second is yours. Keep the intent of both, remove all markers and whatever stands there only to show your side, verify, and call finish_task again.',
  ].join('\n');
}

type Quoted = { path: string; quote: string };

/** @param edited files that the person wrote into; the agent's copy holds what they wrote */
export function sentBackNote({
  comments,
  rejected,
  edited,
}: {
  comments: ReadonlyArray<Quoted & { text: string }>;
  rejected: readonly Quoted[];
  edited: readonly string[];
}): string {
  const parts = [
    'The person reviewed the changes of the whole run and sends yours back:',
    ...comments.map(({ path, quote, text }) => `${quotedAt({ path, quote })}\n${text}`),
  ];
  if (rejected.length > 0) {
    parts.push(
      'The person rejected these changes. Do not bring them back in any form; where your work depends on one, do without it:',
      ...rejected.map((each) => (each.quote === '' ? `All of ${each.path}.` : quotedAt(each))),
    );
  }
  if (edited.length > 0) {
    parts.push(`The person edited these files; keep what they wrote: ${edited.join(', ')}.`);
  }
  parts.push(
    'Your copy now holds everything that all tasks have done. Change what the person asks for and leave the rest as it is, verify it, and call finish_task again.',
  );
  return parts.join('\n\n');
}

function quotedAt({ path, quote }: Quoted): string {
  return quote === '' ? `In ${path}:` : `In ${path}, at this change:\n${quote}`;
}

function suggestion(text: string | undefined): string {
  return text ? ` Suggestion: ${text}` : '';
}
