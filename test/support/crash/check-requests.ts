/** The model server's record against the log: nothing that was answered is asked again, and Muster counts what was repeated. */
import type { CrashOutcome, SentRequest } from './crash-run.ts';
import { type Story, turnOf } from './crash-story.ts';

/** No answered request comes again, none is refused, and what comes again has the same bytes. */
export function checkRequests(requests: readonly SentRequest[], story: Story): string[] {
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
export function countRepetition(
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
