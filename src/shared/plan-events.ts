/** Events on the way to a plan and a team. */
import * as z from 'zod';
import { Analysis, Question, WorkIssue } from './answers.ts';
import { positive } from './counts.ts';
import { ApprovalId } from './ids.ts';
import { Plan } from './plan.ts';
import { Team } from './team.ts';

export const planEvents = {
  analysis: Analysis,
  'question:asked': z.object({ approvalId: ApprovalId, questions: z.array(Question) }),
  'question:answered': z.object({
    answers: z.array(
      z.object({
        id: z.string(),
        question: z.string(),
        answer: z.string(),
        defaulted: z.boolean(),
      }),
    ),
  }),
  'plan:created': z.object({ version: positive, plan: Plan }),
  'plan:checked': z.object({
    version: positive,
    by: z.enum(['rules', 'logic checker']),
    passed: z.boolean(),
    issues: z.array(WorkIssue),
    feedback: z.string(),
  }),
  'team:created': z.object({
    version: positive,
    team: Team,
    /** Of plan and team together; what the approval is bound to. */
    hash: z.string(),
  }),
  /** The person changed what waits for approval; the approval is bound to the new hash. */
  'plan:edited': z.object({
    approvalId: ApprovalId,
    version: positive,
    plan: Plan,
    team: Team,
    hash: z.string(),
    by: z.string(),
    /** The draft that was saved: a panel that was reloaded meanwhile knows its own by it. */
    draftId: z.string().exactOptional(),
  }),
} as const;
