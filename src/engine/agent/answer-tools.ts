/** The tools by whose call the roles answer, as the model sees them. */
import type * as z from 'zod';
import { Analysis, CodeReview, Questions, WorkValidation } from '../../shared/answers.ts';
import { Plan } from '../../shared/plan.ts';
import { TeamProposal } from '../../shared/team.ts';

type AnswerTool = { name: string; description: string; schema: z.ZodType };

export const analyzeRequest: AnswerTool = {
  name: 'analyze_request',
  description: 'Says how the request is to be handled. Call it once; it is your whole answer.',
  schema: Analysis,
};

export const askClarifyingQuestions: AnswerTool = {
  name: 'ask_clarifying_questions',
  description: 'Puts one to five questions to the person. Call it once; it is your whole answer.',
  schema: Questions,
};

export const generatePlan: AnswerTool = {
  name: 'generate_plan',
  description:
    'Hands in the plan. It is checked for form (unique ids, known dependencies, no cycle), then by the logic checker, then by the person. Always the whole plan, also after feedback.',
  schema: Plan,
};

export const validateWork: AnswerTool = {
  name: 'validate_work',
  description: 'Gives your judgement of the plan or the outcome. Call it once, when you are sure.',
  schema: WorkValidation,
};

export const generateSpecializedAgents: AnswerTool = {
  name: 'generate_specialized_agents',
  description:
    'Hands in the team: the agents, and which agent does which task. Every task id of the plan appears in exactly one assignment.',
  schema: TeamProposal,
};

export const reviewCode: AnswerTool = {
  name: 'review_code',
  description: 'Gives your judgement of the diff. Call it once, when you have read all of it.',
  schema: CodeReview,
};
