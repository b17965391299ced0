/** The log of a run that was killed, cut into the lives of its processes, and what was under way at the end of each. */
import type { EventOf, RunEvent } from '../../../src/shared/events.ts';
import type { CrashOutcome, SentRequest } from './crash-run.ts';

/** `lives` begin where the run was taken up again. */
export type Story = {
  lives: RunEvent[][];
  /** The life in which a turn's answer, or a call's result, was appended first. */
  answered: Map<string, number>;
  resulted: Map<string, { life: number; event: EventOf<'tool:result'> }>;
  /** Calls by the id of the command that they ran. */
  calls: Map<string, { callId: string; life: number }>;
};

export function tellStory({ events }: CrashOutcome): Story {
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

/** Turns count from 1 in the log, and by the assistant messages before them in a request. */
export function turnOf(request: SentRequest): string {
  return `${request.conversationId}#${request.turn + 1}`;
}

/** By the server's record and the commands' own, not by what Muster says. */
export function inFlightAfter(
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

export function resultOf(story: Story, id: string) {
  const call = story.calls.get(id);
  return call && story.resulted.get(call.callId);
}
