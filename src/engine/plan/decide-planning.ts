/** From the request to an approved plan and team: plan, check, muster, ask the person. */
import { conversationIdOf } from '../../shared/conversation-id.ts';
import type { ConversationState, RunState } from '../../shared/run-state.ts';
import { personFeedbackNote, planFeedbackNote } from '../prompts/feedback.ts';
import { append, type Command } from '../run/command.ts';
import { conversationFor, converse } from '../run/converse.ts';
import { checkPlan } from './check-plan.ts';

/** Plans that the planner may make before the run fails; counted anew when the person asks for changes. */
const maxPlans = 3;

/** undefined while a check is still out. */
export function planPassed(state: RunState): boolean | undefined {
  const checks = state.checks.filter((check) => check.version === state.plan?.version);
  if (checks.some((check) => !check.passed)) return false;
  return checks.some((check) => check.by === 'logic checker') ? true : undefined;
}

export function decidePlanning(state: RunState): Command[] {
  const { plan } = state;
  if (!plan) return converse(state, { kind: 'plan' });
  const { version } = plan;
  if (state.planFeedback) {
    const edited = plan.editedBy === undefined ? undefined : plan.plan;
    return sendBack(state, personFeedbackNote(state.planFeedback.feedback, edited));
  }
  const failed = state.checks.find((check) => check.version === version && !check.passed);
  if (failed) return replan(state, failed);
  if (!state.checks.some((check) => check.version === version)) {
    const { passed, issues, feedback } = checkPlan(plan.plan, state.limits);
    return [append({ type: 'plan:checked', version, by: 'rules', passed, issues, feedback })];
  }
  if (planPassed(state) === undefined) return converse(state, { kind: 'check-plan', version });
  if (!state.team) return converse(state, { kind: 'team', version });
  const asked = state.approvals.some((each) => each.approvalId === `plan/${version}`);
  return asked ? [] : [{ do: 'request-plan-approval', version }];
}

function replan(state: RunState, failed: RunState['checks'][number]): Command[] {
  if (state.planAttempts < maxPlans) return sendBack(state, planFeedbackNote(failed));
  const issues = failed.issues.map((issue) => issue.message).join('; ');
  return [
    append({
      type: 'workflow:error',
      code: 'plan-rejected',
      message: `The plan did not pass its check in ${maxPlans} attempts. The last objection, by the ${failed.by}: ${issues || failed.feedback}. Nothing was changed. Describe the task more narrowly and start again.`,
    }),
  ];
}

/** A note reopens the planner's conversation; once it is there, the planner is asked again. */
function sendBack(state: RunState, text: string): Command[] {
  const conversation = conversationFor(state, { kind: 'plan' });
  if (conversation && hasNote(conversation)) return converse(state, { kind: 'plan' });
  return [
    {
      do: 'note',
      conversationId: conversationIdOf({ kind: 'plan' }),
      turn: conversation?.turns.length ?? 0,
      reason: 'feedback',
      text,
    },
  ];
}

function hasNote(conversation: ConversationState): boolean {
  return !conversation.ended;
}
