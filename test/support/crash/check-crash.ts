/** What must hold for a run that was killed and taken up again: its log, the server's record and the commands' own against each other. */
import type { EventOf, RunEvent } from '../../../src/shared/events.ts';
import type { CrashOutcome, SentRequest } from './crash-run.ts';

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

/** The log, cut where it was taken up again. */
type Story = {
  lives: RunEvent[][];
  /** The life in which a turn's answer, or a call's result, was appended first. */
  answered: Map<string, number>;
  resulted: Map<string, { life: number; event: EventOf<'tool:result'> }>;
  /** Calls by the id of the command that they ran. */
  calls: Map<string, { callId: string; life: number }>;
};

function tellStory({ events }: CrashOutcome): Story {
  const story: Story = { lives: [[]], answered: new Map(), resulted: new Map(), calls: new Map() };
  for (const event of events) {
    if (event.type === 'workflow:resume') story.lives.push([]);
    story.lives.at(-1)?.push(event);
    const life = story.lives.length - 1;
    if (event.type === 'agent:answer' && !story.answered.has(event.turnId)) {
      story.answered.set(event.turnId, life);
    }
    if (event.type === 'tool:result' && !story.resulted.has(event.callId)) {
      story.resulted.set(event.callId, { life, event });
    }
    if (event.type === 'tool:call') {
      const id = /command\.sh (\S+) /.exec(event.title)?.[1];
      if (id !== undefined && !story.calls.has(id)) {
        story.calls.set(id, { callId: event.callId, life });
      }
    }
  }
  return story;
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

/** Turns count from 1 in the log, and by the assistant messages before them in a request. */
function turnOf(request: SentRequest): string {
  return `${request.conversationId}#${request.turn + 1}`;
}

function checkRequests(requests: readonly SentRequest[], story: Story): string[] {
  const problems: string[] = [];
  const bodies = new Map<string, string>();
  const sent = new Map<string, number>();
  for (const request of requests) {
    const turn = turnOf(request);
    const { life } = request;
    if (request.outcome === 'refused') problems.push(`${turn} was refused with ${request.status}`);
    const answered = story.answered.get(turn);
    if (answered !== undefined && answered < life) {
      problems.push(
        `${turn} was sent in life ${life}, though its answer stood in life ${answered}`,
      );
    }
    const body = JSON.stringify(request.body);
    if ((bodies.get(turn) ?? body) !== body) problems.push(`${turn} was sent again in other bytes`);
    bodies.set(turn, body);
    const key = `${turn} in life ${life}`;
    sent.set(key, (sent.get(key) ?? 0) + 1);
    if (!announced(story, life, turn)) problems.push(`${key} was sent unannounced`);
  }
  for (const [key, count] of sent) {
    const [turn = '', life] = key.split(' in life ');
    const allowed = 1 + retriesOf(story, Number(life), turn);
    if (count > allowed) problems.push(`${key} was sent ${count} times, ${allowed} at most`);
  }
  return problems;
}

function announced(story: Story, life: number, turn: string): boolean {
  return (story.lives[life] ?? []).some(
    (event) => event.type === 'agent:invoke' && event.turnId === turn,
  );
}

function retriesOf(story: Story, life: number, turn: string): number {
  return (story.lives[life] ?? []).filter(
    (event) =>
      (event.type === 'agent:retry' || event.type === 'limit:paused') && event.turnId === turn,
  ).length;
}

/** At most what was in flight is sent again, and Muster counts the same. */
function countRepetition(
  { requests, shown }: CrashOutcome,
  story: Story,
): { problems: string[]; byServer: number; shown: number; neverArrived: number } {
  const problems: string[] = [];
  let [byServer, announcedAgain] = [0, 0];
  for (let life = 1; life < story.lives.length; life += 1) {
    const open = openTurns(story, life);
    const before = new Set(requests.filter((each) => each.life < life).map(turnOf));
    const now = new Set(requests.filter((each) => each.life === life).map(turnOf));
    const again = [...now].filter((turn) => before.has(turn));
    byServer += again.length;
    announcedAgain += [...open].filter((turn) => announced(story, life, turn)).length;
    for (const turn of again) {
      if (!open.has(turn)) problems.push(`${turn} was repeated and had not been in flight`);
    }
    const [resume] = story.lives[life] ?? [];
    if (resume?.type === 'workflow:resume' && resume.repeated !== open.size) {
      problems.push(`The resume tells of ${resume.repeated} in flight, the log of ${open.size}`);
    }
  }
  const neverArrived = countNeverArrived(requests, story);
  const told = Number(/(\d+) repeated/.exec(shown)?.[1] ?? 0);
  if (told !== announcedAgain) {
    problems.push(`muster show tells of ${told} repeated requests, the log of ${announcedAgain}`);
  }
  if (told < byServer || told > byServer + neverArrived) {
    problems.push(
      `muster show tells of ${told} repeated requests; the server got ${byServer} again, and ${neverArrived} had been announced and not sent`,
    );
  }
  return { problems, byServer, shown: told, neverArrived };
}

/** Turns that were announced before a life and not answered. */
function openTurns(story: Story, life: number): Set<string> {
  const open = new Set<string>();
  for (const event of story.lives.slice(0, life).flat()) {
    if (event.type === 'agent:invoke') open.add(event.turnId);
    if (event.type === 'agent:answer' || event.type === 'agent:error') open.delete(event.turnId);
  }
  return open;
}

function countNeverArrived(requests: readonly SentRequest[], story: Story): number {
  const arrived = new Set(requests.map((each) => `${turnOf(each)} ${each.life}`));
  return story.lives.flatMap((events, life) =>
    events.filter(
      (event) => event.type === 'agent:invoke' && !arrived.has(`${event.turnId} ${life}`),
    ),
  ).length;
}

/** By the server's record and the commands' own, not by what Muster says. */
function inFlightAfter(
  { requests, commands }: CrashOutcome,
  story: Story,
  life: number,
): { requests: number; commands: number } {
  const unanswered = requests.filter((each) => {
    const answered = story.answered.get(turnOf(each));
    return each.life === life && each.status < 400 && (answered === undefined || answered > life);
  });
  const unfinished = commands.filter((each) => {
    const result = resultOf(story, each.id);
    return each.life === life && (result === undefined || result.life > life);
  });
  return { requests: new Set(unanswered.map(turnOf)).size, commands: unfinished.length };
}

function resultOf(story: Story, id: string) {
  const call = story.calls.get(id);
  return call && story.resulted.get(call.callId);
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
