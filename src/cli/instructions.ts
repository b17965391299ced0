/** What a command and its flags tell a run: pure, from the run's state. */
import { CeilingKind, type CeilingReached, reachedWords } from '../shared/ceiling.ts';
import type { Decision } from '../shared/decision.ts';
import { ApprovalId, TaskId } from '../shared/ids.ts';
import type { Instruction } from '../shared/instruction.ts';
import { MusterError } from '../shared/muster-error.ts';
import {
  type ApprovalState,
  openApprovals,
  type RunState,
  type TaskState,
} from '../shared/run-state.ts';
import { applyWanted, unnamedProtected } from './apply-wanted.ts';
import type { Invocation, RunFlags } from './arguments.ts';

export type Answers = Record<string, string> | undefined;

/** The commands that execute a run. */
export type Executing = Exclude<
  Invocation,
  { verb: 'runs' | 'doctor' | 'help' | 'version' | 'show' | 'plan' | 'patch' }
>;

/** What the verb itself decides, before the flags are looked at. */
export function instructionsOf(
  invocation: Exclude<Executing, { verb: 'run' | 'edit' }>,
  state: RunState,
  answers: Answers,
): Instruction[] {
  const { verb, flags } = invocation;
  switch (verb) {
    case 'resume':
      return state.status === 'paused' || state.status === 'lapsed' ? [{ do: 'continue' }] : [];
    case 'approve': {
      const { approvalId, hash = '' } = requireOpen(state, 'plan');
      return [{ do: 'decide', approvalId, decision: { decision: 'approve', hash } }];
    }
    case 'reject': {
      const { approvalId } = requireOpen(state, 'plan');
      const feedback = flags.feedback === undefined ? {} : { feedback: flags.feedback };
      return [{ do: 'decide', approvalId, decision: { decision: 'reject', ...feedback } }];
    }
    case 'answer': {
      if (!answers) throw new MusterError('bad-input', 'muster answer needs --answers FILE.');
      const { approvalId } = requireOpen(state, 'questions');
      return [{ do: 'decide', approvalId, decision: { decision: 'answer', answers } }];
    }
    case 'allow':
    case 'deny': {
      const approvalId = ApprovalId.parse(invocation.approvalId);
      const ceiling = ceilingOf(state, approvalId);
      const isGranted = state.grants.some(({ grant }) => grant === approvalId);
      if (verb === 'deny' && isGranted) return [{ do: 'revoke-grant', grant: approvalId }];
      const decided = ceiling ? onCeiling(ceiling, verb, flags) : onCommand(state, invocation);
      return [{ do: 'decide', approvalId, decision: decided }];
    }
    case 'retry':
    case 'skip': {
      const taskId = TaskId.parse(invocation.taskId);
      return [{ do: verb === 'retry' ? 'retry-task' : 'skip-task', taskId }];
    }
    case 'cancel':
      return [{ do: 'cancel' }];
    case 'apply':
      return applyWanted(state, flags);
    case 'revert':
      return [{ do: 'revert' }];
  }
}

/** The ceilings of a verb that takes up a run are the whole run's, unless they answer its question. */
export function ceilingInstructions(
  invocation: Exclude<Executing, { verb: 'run' }>,
  state: RunState,
): Instruction[] {
  const { verb, flags } = invocation;
  if (verb === 'cancel') return [];
  const asked = verb === 'allow' ? ceilingOf(state, invocation.approvalId) : undefined;
  return CeilingKind.options.flatMap((kind): Instruction[] => {
    const limit = flags.ceilings?.[kind];
    if (limit === undefined || asked?.kind === kind) return [];
    return [{ do: 'set-ceiling', scope: 'run', kind, limit }];
  });
}

function onCommand(
  { approvals }: RunState,
  { verb, approvalId, flags }: Extract<Executing, { verb: 'allow' | 'deny' }>,
): Decision {
  if (verb === 'deny') return { decision: 'deny' };
  if (!flags.forRun) return { decision: 'allow-once' };
  const prefix = approvals.find((each) => each.approvalId === approvalId)?.prefix;
  if (prefix !== undefined) return { decision: 'allow-run', prefix };
  throw new MusterError(
    'bad-input',
    'No rule for more commands of this kind can be made of this one, so that nothing was allowed. Allow it once, without --for-run.',
  );
}

function ceilingOf({ approvals }: RunState, approvalId: string): CeilingReached | undefined {
  return approvals.find((each) => each.approvalId === approvalId)?.ceiling;
}

function onCeiling(
  ceiling: CeilingReached,
  verb: 'allow' | 'deny',
  { ceilings }: RunFlags,
): Decision {
  if (verb === 'deny') return { decision: 'stop' };
  const limit = ceilings?.[ceiling.kind];
  if (limit !== undefined) return { decision: 'raise', limit };
  throw new MusterError(
    'bad-input',
    `muster allow needs --max-${ceiling.kind} here. ${reachedWords(ceiling)}`,
  );
}

/** What the flags tell a run as it stands. */
export function instructionsBy(state: RunState, flags: RunFlags, answers: Answers): Instruction[] {
  const decided = openApprovals(state).flatMap((approval): Instruction[] => {
    const decision = byFlags(approval, flags, answers);
    return decision ? [{ do: 'decide', approvalId: approval.approvalId, decision }] : [];
  });
  if (decided.length > 0) return decided;
  if (state.status !== 'reviewing' || !mayApply(state, flags)) return [];
  const { allowProtected } = flags;
  return flags.apply === 'all' ? applyWanted(state, { allowProtected }) : [{ do: 'apply' }];
}

/** What the person chose to do without is no hole. */
function isDoneOrSkipped({ status }: TaskState): boolean {
  return status === 'done' || status === 'skipped';
}

/** A change set with holes is not applied unseen. */
function mayApply(state: RunState, flags: RunFlags): boolean {
  const whole = state.tasks.every(isDoneOrSkipped);
  const asks = flags.apply === 'all' && unnamedProtected(state, flags).length > 0;
  return flags.apply !== undefined && whole && state.refused === undefined && !asks;
}

/** What the flags decide by themselves. */
export function byFlags(
  approval: ApprovalState,
  flags: RunFlags,
  answers: Answers,
): Decision | undefined {
  switch (approval.kind) {
    case 'questions':
      if (answers) return { decision: 'answer', answers };
      return flags.defaults ? { decision: 'answer', answers: {} } : undefined;
    case 'plan':
      return flags.approvePlan ? { decision: 'approve', hash: approval.hash ?? '' } : undefined;
    case 'command':
      if (flags.allowCommands === 'all') return { decision: 'allow-once' };
      return flags.allowCommands === 'none' ? { decision: 'deny' } : undefined;
    case 'budget':
      return undefined;
  }
}

export function requireOpen(state: RunState, kind: ApprovalState['kind']): ApprovalState {
  const approval = openApprovals(state).find((each) => each.kind === kind);
  if (approval) return approval;
  throw new MusterError(
    'wrong-decision',
    `Run ${state.runId} is ${state.status}; no ${kind === 'plan' ? 'plan' : 'question'} waits for a decision.`,
  );
}
