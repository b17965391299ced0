/** What must hold for a run that was killed and taken up again: its log, the server's record and the commands' own against each other. */
import type { RunEvent } from '../../../src/shared/events.ts';
import { checkRequests, countRepetition } from './check-requests.ts';
import type { CrashOutcome } from './crash-run.ts';
import { inFlightAfter, resultOf, type Story, tellStory } from './crash-story.ts';

export type CrashReport = {
  problems: string[];
  /** At each kill: requests and commands that were under way, by server and commands. */
  inFlight: Array<{ requests: number; commands: number }>;
  /** Requests that the server got again in a later life. */
  repeatedByServer: number;
  /** What `muster show` says that was repeated. */
  repeatedShown: number;
  /** Announced in the log and not yet at the server when the process died. */
  neverArrived: number;
  events: number;
};

export type Expected = { tree: string; workspace: Record<string, string> };

export function checkCrash(outcome: CrashOutcome, expected?: Expected): CrashReport {
  const story = tellStory(outcome);
  const repetition = countRepetition(outcome, story);
  return {
    problems: [
      ...checkEnd(outcome, expected),
      ...checkLives(outcome, story),
      ...checkOnce(outcome.events),
      ...checkRequests(outcome.requests, story),
      ...repetition.problems,
      ...checkCommands(outcome, story),
    ],
    inFlight: story.lives.slice(1).map((_, index) => inFlightAfter(outcome, story, index)),
    repeatedByServer: repetition.byServer,
    repeatedShown: repetition.shown,
    neverArrived: repetition.neverArrived,
    events: outcome.events.length,
  };
}

function checkEnd(outcome: CrashOutcome, expected: Expected | undefined): string[] {
  const problems: string[] = [];
  const last = outcome.lives.at(-1);
  if (last?.code !== 0) {
    problems.push(`The last life ended with ${last?.code}: ${last?.stderr.trim().slice(-2_000)}`);
  }
  const end = outcome.events.at(-1);
  const applied = end?.type === 'workflow:status' && end.status === 'completed';
  if (!applied) problems.push(`The log ends with ${JSON.stringify(end)}`);
  if (outcome.fsck !== '') problems.push(`git fsck: ${outcome.fsck}`);
  if (!expected) return problems;
  if (outcome.tree !== expected.tree) {
    problems.push(`The final tree is ${outcome.tree}, not ${expected.tree}`);
  }
  for (const name of new Set([
    ...Object.keys(outcome.workspace),
    ...Object.keys(expected.workspace),
  ])) {
    const [is, should] = [outcome.workspace[name], expected.workspace[name]];
    if (is !== should) problems.push(`After apply ${name} is ${textOf(is)}, not ${textOf(should)}`);
  }
  return problems;
}

/** From the order to apply to the end of the log. */
const eventsOfApply = 6;

function checkLives({ lives, events }: CrashOutcome, story: Story): string[] {
  const problems: string[] = [];
  const told = story.lives.length;
  const late = (lives.at(-2)?.kill?.at ?? 0) > events.length - eventsOfApply;
  // A run that had ended when its process was killed has nothing to take up.
  if (told !== lives.length && !(late && told === lives.length - 1)) {
    problems.push(`The log tells of ${told} lives, and there were ${lives.length}`);
  }
  events.forEach((event, index) => {
    if (event.seq !== index + 1) problems.push(`Event ${index + 1} has the number ${event.seq}`);
  });
  return problems;
}

/** Finished turns, calls, reviews, merges and decisions stand in the log once. */
function checkOnce(events: readonly RunEvent[]): string[] {
  const seen = new Map<string, number>();
  for (const event of events) {
    const key = onceKey(event);
    if (key !== undefined) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([key, count]) => `${key}: ${count} times`);
}

function onceKey(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'agent:answer':
      return `${event.type} ${event.turnId}`;
    case 'tool:result':
      return `${event.type} ${event.callId}`;
    case 'conversation:start':
      return `${event.type} ${event.conversationId}`;
    case 'approval:requested':
    case 'approval:decided':
      return `${event.type} ${event.approvalId}`;
    case 'task:start':
    case 'task:complete':
      return `${event.type} ${event.taskId}`;
    case 'task:recorded':
      return `${event.type} ${event.taskId} ${event.round}`;
    case 'review:result':
      return `${event.type} ${event.taskId} ${event.round} ${event.reviewer}`;
    case 'task:retry':
      return `${event.type} ${event.taskId} ${event.attempt}`;
    case 'plan:created':
      return `${event.type} ${event.version}`;
    case 'plan:checked':
      return `${event.type} ${event.version} ${event.by}`;
    case 'snapshot:taken':
    case 'analysis':
    case 'question:answered':
    case 'change:ready':
    case 'change:applied':
    case 'workflow:complete':
      return event.type;
    default:
      return undefined;
  }
}

/** No command runs twice; one that was interrupted is reported, and ended before that. */
function checkCommands({ commands, leftOver }: CrashOutcome, story: Story): string[] {
  const problems = leftOver.map(({ pid, what }) => `Still running at the end: ${what} (${pid})`);
  const started = new Map<string, number>();
  for (const { id, life, lastAstray } of commands) {
    started.set(id, (started.get(id) ?? 0) + 1);
    const result = resultOf(story, id);
    if (!result) {
      problems.push(`Command ${id} ran and has no result`);
      continue;
    }
    const interrupted = result.event.summary.startsWith('Interrupted');
    if (result.life > life && !interrupted) {
      problems.push(`Command ${id} of life ${life} has a result of life ${result.life}`);
    }
    if (lastAstray !== undefined && lastAstray > Date.parse(result.event.at) + 100) {
      problems.push(`Command ${id} went on after the model was told of its interruption`);
    }
  }
  for (const [id, count] of started) {
    if (count > 1) problems.push(`Command ${id} ran ${count} times`);
  }
  return problems;
}

function textOf(contents: string | undefined): string {
  if (contents === undefined) return 'absent';
  const [kind, hex = ''] = contents.split(' ');
  return `${kind} ${JSON.stringify(Buffer.from(hex, 'hex').toString('utf8').slice(0, 200))}`;
}
