/** Every status, count and time of the panel in plain words. */
import { amountWords, CeilingKind, type Limits } from '../shared/ceiling.ts';
import type { ReviewedFile } from '../shared/changes.ts';
import { fileDecision, hasAccepted, isInConflict, undecidedCount } from '../shared/changes.ts';
import type { fileStatus } from '../shared/file-state.ts';
import type { Permission } from '../shared/plan.ts';
import type { Elsewhere, RunSummary } from '../shared/protocol.ts';
import type {
  ApprovalState,
  CallState,
  RunState,
  TaskState,
  Verdict,
} from '../shared/run-state.ts';
import { hasEnded, openApprovals } from '../shared/run-state.ts';
import type { RunStatus } from '../shared/run-status.ts';
import type { ToolGroup } from '../shared/team.ts';

/** What a mark beside the word looks like. */
export type Mark =
  | 'waiting'
  | 'active'
  | 'person'
  | 'review'
  | 'partly'
  | 'done'
  | 'failed'
  | 'blocked'
  | 'stopped';

export type StatusWords = { mark: Mark; words: string };

export const demoLabel = 'Scripted demonstration, not AI';

const runWords: Record<RunStatus, StatusWords> = {
  queued: { mark: 'waiting', words: 'Queued behind other runs' },
  analyzing: { mark: 'active', words: 'Reading the request' },
  clarifying: { mark: 'active', words: 'Preparing questions' },
  planning: { mark: 'active', words: 'Planning' },
  checking: { mark: 'active', words: 'Checking the plan' },
  mustering: { mark: 'active', words: 'Mustering the team' },
  'awaiting-approval': { mark: 'person', words: 'Waiting for approval' },
  executing: { mark: 'active', words: 'Executing' },
  reviewing: { mark: 'person', words: 'Changes to review' },
  applying: { mark: 'active', words: 'Applying changes' },
  answering: { mark: 'active', words: 'Answering' },
  paused: { mark: 'stopped', words: 'Paused' },
  lapsed: { mark: 'stopped', words: 'Lapsed without a decision' },
  interrupted: { mark: 'stopped', words: 'Interrupted' },
  completed: { mark: 'done', words: 'Completed' },
  failed: { mark: 'failed', words: 'Failed' },
  rejected: { mark: 'stopped', words: 'Rejected' },
  cancelled: { mark: 'stopped', words: 'Cancelled' },
};

const outcomeWords: Record<NonNullable<RunState['outcome']>, string> = {
  answered: 'Answered',
  applied: 'Changes applied',
  'nothing-to-apply': 'Completed without changes',
  'none-accepted': 'Closed, no change accepted',
  discarded: 'Closed, changes discarded',
};

/** What is under way in another window can be watched and decided on from here. */
export function elsewhereWords({ pid, host }: Elsewhere): string {
  const where = host === undefined ? '' : ` on ${host}`;
  return `Another window or command line executes this run (process ${pid}${where}). What you decide here is carried out there.`;
}

const providers: Readonly<Record<string, string>> = {
  anthropic: 'Anthropic',
  openai: 'OpenAI',
  vscode: 'VS Code',
  demo: 'Demo',
};

export function providerWords(provider: string): string {
  return providers[provider] ?? provider;
}

/** A run in a list, of which no more than its summary is known. */
export function summaryWords(
  run: Pick<RunSummary, 'status' | 'waiting' | 'outcome' | 'failure'>,
): StatusWords {
  if (run.waiting && !hasEnded(run)) return { mark: 'person', words: 'Waiting for you' };
  if (run.outcome) return { mark: 'done', words: outcomeWords[run.outcome] };
  if (run.failure) return { mark: 'failed', words: `Failed: ${failureWords(run.failure)}` };
  return runWords[run.status];
}

const failures: Readonly<Record<string, string>> = {
  'tasks-failed': 'no task passed',
  'model-auth': 'no valid key',
  'model-unreachable': 'model not reachable',
  'model-refused': 'model refused',
  'git-missing': 'git is missing',
  internal: 'a mistake of Muster',
};

/** The code itself where there is no plainer word for it. */
function failureWords(code: string): string {
  return failures[code] ?? code.replaceAll('-', ' ');
}

export function runStatusWords(run: RunState): StatusWords {
  if (run.cancelled && !hasEnded(run)) return { mark: 'stopped', words: 'Cancelling' };
  if (run.reverted) return revertedWords(run.reverted);
  if (run.status === 'completed' && run.outcome) {
    return { mark: 'done', words: outcomeWords[run.outcome] };
  }
  if (run.status === 'clarifying' && openApprovals(run).length > 0) {
    return { mark: 'person', words: 'Waiting for answers' };
  }
  if (openApprovals(run).some(isCeilingOfRun)) {
    return { mark: 'person', words: 'Stopped at a ceiling' };
  }
  if (run.status !== 'executing') return runWords[run.status];
  return executingWords(run);
}

function revertedWords({ left }: NonNullable<RunState['reverted']>): StatusWords {
  if (left.length > 0) return { mark: 'partly', words: 'Changes reverted in part' };
  return { mark: 'stopped', words: 'Changes reverted' };
}

function isCeilingOfRun({ ceiling }: ApprovalState): boolean {
  return ceiling?.scope === 'run';
}

function executingWords(run: RunState): StatusWords {
  const done = run.tasks.filter((each) => each.status === 'done').length;
  const words = `Executing, ${done} of ${run.tasks.length} done`;
  const commands = openApprovals(run).filter((each) => each.kind === 'command').length;
  if (commands === 0) return { mark: 'active', words };
  const wait = commands === 1 ? '1 command waits' : `${commands} commands wait`;
  return { mark: 'person', words: `${words}, ${wait} for you` };
}

/** Whether anything still moves in the run that a task belongs to. */
export type RunMotion = 'moving' | 'interrupted' | 'ended';

export function motionOf(run: { status: RunStatus }): RunMotion {
  if (hasEnded(run)) return 'ended';
  return run.status === 'interrupted' ? 'interrupted' : 'moving';
}

/** @param unmet the titles of the tasks that this one still waits for */
export function taskStatusWords(
  task: TaskState,
  unmet: readonly string[],
  motion: RunMotion,
): StatusWords {
  switch (task.status) {
    case 'done':
      return { mark: 'done', words: 'Done' };
    case 'failed':
      return { mark: 'failed', words: 'Failed' };
    case 'blocked':
      return { mark: 'blocked', words: `Blocked by ${task.blockedBy ?? 'a failed task'}` };
    case 'skipped':
      return { mark: 'stopped', words: 'Skipped' };
    case 'waiting':
      if (motion === 'ended') return { mark: 'stopped', words: 'Not started' };
      if (unmet.length > 0) return { mark: 'waiting', words: `Waiting for ${list(unmet)}` };
      return { mark: 'waiting', words: 'Waiting for a free agent' };
    case 'running':
    case 'waiting-for-you':
    case 'in-review':
    case 'merging':
      if (task.returning && motion === 'moving') {
        return { mark: 'waiting', words: 'Waiting for a free agent' };
      }
      return motion === 'moving' ? activeTaskWords[task.status] : stoppedTaskWords[motion];
  }
}

const activeTaskWords = {
  running: { mark: 'active', words: 'Running' },
  'waiting-for-you': { mark: 'person', words: 'Waiting for you' },
  'in-review': { mark: 'review', words: 'In review' },
  merging: { mark: 'active', words: 'Merging' },
} as const;

const stoppedTaskWords = {
  interrupted: { mark: 'stopped', words: 'Interrupted' },
  ended: { mark: 'stopped', words: 'Stopped' },
} as const;

const callWords: Record<CallState['status'], StatusWords> = {
  new: { mark: 'waiting', words: 'queued' },
  waiting: { mark: 'person', words: 'waiting for you' },
  allowed: { mark: 'waiting', words: 'allowed' },
  denied: { mark: 'stopped', words: 'denied' },
  started: { mark: 'active', words: 'running' },
  ok: { mark: 'done', words: 'ok' },
  error: { mark: 'failed', words: 'error' },
};

export function callStatusWords(call: CallState, motion: RunMotion): StatusWords {
  const moves = call.status !== 'ok' && call.status !== 'error' && call.status !== 'denied';
  if (moves && motion !== 'moving') return { mark: 'stopped', words: 'outcome unknown' };
  return callWords[call.status];
}

export const fileStatusWords: Record<ReturnType<typeof fileStatus>, string> = {
  added: 'Added',
  modified: 'Modified',
  deleted: 'Deleted',
  renamed: 'Renamed',
};

/** While the person decides: the word, and how many hunks are still open, e.g. `Undecided 3 of 4`. */
export function decisionWords(file: ReviewedFile): StatusWords {
  const decision = fileDecision(file);
  const open = undecidedCount(file);
  if (isInConflict(file)) return { mark: 'review', words: 'Conflict, decide anew' };
  if (decision === 'accepted') return { mark: 'done', words: 'Accepted' };
  if (decision === 'rejected') return { mark: 'stopped', words: 'Rejected' };
  if (open === 0) return { mark: 'partly', words: 'Partly accepted' };
  const words = file.hunks.length > 1 ? `Undecided ${open} of ${file.hunks.length}` : 'Undecided';
  return { mark: decision === 'mixed' ? 'partly' : 'waiting', words };
}

/** After apply: what became of the file. */
export function appliedWords(file: ReviewedFile, reverted: boolean): StatusWords {
  if (reverted) return { mark: 'stopped', words: 'Reverted' };
  if (fileDecision(file) === 'accepted') return { mark: 'done', words: 'Applied' };
  if (hasAccepted(file)) return { mark: 'partly', words: 'Partly applied' };
  return { mark: 'stopped', words: 'Not applied' };
}

/** A call that has not begun has only the tool's name: `run_command` reads `Run command`. */
export function callTitle(call: CallState): string {
  if (call.title !== call.name) return call.title;
  const words = call.name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const toolWords: Record<ToolGroup, string> = {
  file_read: 'Read files',
  search: 'Search',
  code_analysis: 'Analyse code',
  git_read: 'Read history',
  file_write: 'Change files',
  terminal: 'Run commands',
  package_manager: 'Install packages',
  git_write: 'Commit',
};

export function permissionWords(permission: Permission): string {
  return permission === 'read_only' ? 'Reads only' : 'Reads and writes';
}

/** `$2.00, 50,000 tokens`; empty where there is no ceiling. */
export function limitWords(limits: Limits = {}): string {
  return CeilingKind.options
    .flatMap((kind) => {
      const limit = limits[`max_${kind}`];
      return limit === undefined ? [] : [amountWords(kind, limit)];
    })
    .join(', ');
}

/** `max_turns` reads `Max turns`; empty fields stand for no limit of its own. */
export function limitLabel(limit: string): string {
  const words = limit.replace('usd', 'US dollars').replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} (may be empty)`;
}

/** `1 task`, `3 tasks`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and 2 more`. */
export function list(names: readonly string[], most = 3): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names;
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} more`] : [...shown];
  const last = parts.pop() ?? '';
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
}

export function verdictWords({ reviewer, attempt, passed }: Verdict): StatusWords {
  const who = reviewer === 'code reviewer' ? 'Code reviewer' : 'Logic checker';
  if (!passed) return { mark: 'review', words: `${who} sent attempt ${attempt} back` };
  return { mark: 'done', words: `${who} passed${attempt > 1 ? ` attempt ${attempt}` : ' it'}` };
}
