/** Takes a role's answer: parses it, checks what needs no model, and turns it into events. */
import type * as z from 'zod';
import { Analysis, CodeReview, Questions, WorkValidation } from '../../../shared/answers.ts';
import type { EventBody } from '../../../shared/events.ts';
import { ApprovalId } from '../../../shared/ids.ts';
import { Plan } from '../../../shared/plan.ts';
import type { Purpose } from '../../../shared/purpose.ts';
import type { ConversationState } from '../../../shared/run-state.ts';
import { TeamProposal } from '../../../shared/team.ts';
import { parseInput } from '../../agent/tool.ts';
import { taskModelProblems } from '../../plan/check-plan.ts';
import { checkTeam } from '../../team/check-team.ts';
import { deadlineFrom } from '../deadline.ts';
import type { RunContext } from '../run-context.ts';

type Accepted =
  | { ok: true; summary: string; events: EventBody[] }
  | { ok: false; problems: string[] };

export async function acceptAnswer(
  context: RunContext,
  conversation: ConversationState,
  input: unknown,
  signal: AbortSignal,
): Promise<Accepted> {
  const { purpose } = conversation;
  switch (purpose.kind) {
    case 'triage':
      return take(Analysis, input, (analysis) => ({
        ok: true,
        summary: `Handled as "${analysis.strategy}"`,
        events: [{ type: 'analysis', ...analysis }],
      }));
    case 'clarify':
      return take(Questions, input, ({ questions }) => acceptQuestions(context, questions));
    case 'plan':
      return take(Plan, input, (plan) => acceptPlan(context, plan, signal));
    case 'check-plan':
      return take(WorkValidation, input, ({ passed, issues, feedback }) => ({
        ok: true,
        summary: passed ? 'The plan holds' : 'The plan does not hold',
        events: [
          {
            type: 'plan:checked',
            version: purpose.version,
            by: 'logic checker',
            passed,
            issues,
            feedback,
          },
        ],
      }));
    case 'final-check':
      return take(WorkValidation, input, ({ passed, feedback, issues }) => ({
        ok: true,
        summary: passed ? 'The whole change set holds' : 'The whole change set does not hold',
        events: [finalCheckResult(context, { round: purpose.round, passed, feedback, issues })],
      }));
    case 'team':
      return take(TeamProposal, input, (team) => acceptTeam(context, team, signal));
    case 'review-code':
    case 'validate-work':
      return acceptReview(purpose, input);
    case 'answer':
    case 'work':
      throw new Error(`${conversation.conversationId} has no answer tool`);
  }
}

function finalCheckResult(
  context: RunContext,
  result: Pick<z.infer<typeof WorkValidation>, 'passed' | 'feedback' | 'issues'> & {
    round: number;
  },
): EventBody {
  const { head } = context.state();
  if (head === undefined) throw new Error('There is no run head to check');
  const { round, passed, feedback: summary, issues } = result;
  return { type: 'change:checked', round, head, by: 'logic checker', passed, summary, issues };
}

function take<Answer>(
  schema: z.ZodType<Answer>,
  input: unknown,
  accept: (answer: Answer) => Accepted | Promise<Accepted>,
): Accepted | Promise<Accepted> {
  const parsed = parseInput(schema, input);
  return parsed.ok ? accept(parsed.input) : parsed;
}

function acceptQuestions(
  context: RunContext,
  questions: z.infer<typeof Questions>['questions'],
): Accepted {
  const ids = questions.map((question) => question.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    return { ok: false, problems: [`Two questions have the id "${twice}".`] };
  const approvalId = ApprovalId.parse('questions');
  const deadline = deadlineFrom(context.ports.clock, context.state().limits.approvalHours);
  return {
    ok: true,
    summary: `Asks ${questions.length === 1 ? 'a question' : `${questions.length} questions`}`,
    events: [
      { type: 'question:asked', approvalId, questions },
      { type: 'approval:requested', approvalId, kind: 'questions', deadline },
    ],
  };
}

async function acceptPlan(context: RunContext, plan: Plan, signal: AbortSignal): Promise<Accepted> {
  const known = plan.tasks.some((task) => task.model !== undefined)
    ? await context.ports.model.listModels(signal)
    : [];
  const ids = known.map((each) => each.id);
  const problems = taskModelProblems(plan, ids).map((each) => each.message);
  if (problems.length > 0) return { ok: false, problems };
  const version = (context.state().plan?.version ?? 0) + 1;
  return {
    ok: true,
    summary: `A plan of ${plan.tasks.length} ${plan.tasks.length === 1 ? 'task' : 'tasks'}; it will be checked`,
    events: [{ type: 'plan:created', version, plan }],
  };
}

async function acceptTeam(
  context: RunContext,
  proposal: z.infer<typeof TeamProposal>,
  signal: AbortSignal,
): Promise<Accepted> {
  const { plan, models } = context.state();
  if (!plan) throw new Error('A team was made before there was a plan');
  const known = (await context.ports.model.listModels(signal)).map((each) => each.id);
  const checked = checkTeam(proposal, plan.plan, { tiers: models, known });
  if (!checked.ok) return { ok: false, problems: checked.problems.map((each) => each.message) };
  const { team } = checked;
  const { hash } = await context.ports.journal.putBody(JSON.stringify({ plan: plan.plan, team }));
  return {
    ok: true,
    summary: `A team of ${team.agents.length} ${team.agents.length === 1 ? 'agent' : 'agents'}`,
    events: [{ type: 'team:created', version: plan.version, team, hash }],
  };
}

function acceptReview(
  purpose: Extract<Purpose, { taskId: unknown; round: number }>,
  input: unknown,
): Accepted | Promise<Accepted> {
  const { taskId, round } = purpose;
  if (purpose.kind === 'review-code') {
    return take(CodeReview, input, ({ approved, summary, issues }) => ({
      ok: true,
      summary: approved ? 'Approves the diff' : 'Does not approve the diff',
      events: [
        {
          type: 'review:result',
          taskId,
          round,
          reviewer: 'code reviewer',
          passed: approved,
          summary,
          issues,
        },
      ],
    }));
  }
  return take(WorkValidation, input, ({ passed, feedback, issues }) => ({
    ok: true,
    summary: passed ? 'The criteria are met' : 'The criteria are not met',
    events: [
      {
        type: 'review:result',
        taskId,
        round,
        reviewer: 'logic checker',
        passed,
        summary: feedback,
        issues,
      },
    ],
  }));
}
