/** Opens a conversation: writes down everything that its requests will begin with. */

import { conversationIdOf } from '../../../shared/conversation-id.ts';
import type { EventBody } from '../../../shared/events.ts';
import type { Purpose } from '../../../shared/purpose.ts';
import { taskById } from '../../../shared/reduce-tasks.ts';
import type { CallState, RunState } from '../../../shared/run-state.ts';
import { planConversation } from '../../agent/conversation-plan.ts';
import { type BriefMaterial, briefFor } from '../../prompts/briefs.ts';
import { cutMiddle } from '../../prompts/cut.ts';
import { conversationFor, workOn } from '../converse.ts';
import { exploreLane, type RunContext } from '../run-context.ts';

const filesInBrief = 200;
const outputInBrief = 6_000;

export async function openConversation(
  context: RunContext,
  purpose: Purpose,
  signal: AbortSignal,
): Promise<Extract<EventBody, { type: 'conversation:start' }>> {
  const state = context.state();
  const { journal } = context.ports;
  const { system, tools, ...plan } = planConversation(state, purpose);
  if (plan.laneId !== undefined) await context.enterLane(plan.laneId);
  const material = await materialFor(context, purpose, signal);
  const first = briefFor(state, purpose, material);
  const [storedSystem, storedTools, storedFirst] = await Promise.all([
    journal.putBody(system),
    journal.putBody(JSON.stringify(tools)),
    journal.putBody(first),
  ]);
  return {
    type: 'conversation:start',
    conversationId: conversationIdOf(purpose),
    purpose,
    ...plan,
    system: storedSystem,
    tools: storedTools,
    first: storedFirst,
  };
}

async function materialFor(
  context: RunContext,
  purpose: Purpose,
  signal: AbortSignal,
): Promise<BriefMaterial> {
  const { model, staging } = context.ports;
  switch (purpose.kind) {
    case 'plan': {
      const { files } = staging.lane(exploreLane);
      const { entries } = await files.list('.', { limit: filesInBrief }, signal);
      return { files: entries.map((entry) => entry.path) };
    }
    case 'team': {
      const models = await model.listModels(signal);
      return { models: models.map((each) => each.id) };
    }
    case 'final-check':
      return finalMaterial(context, signal);
    case 'review-code':
    case 'validate-work':
      return reviewMaterial(context, purpose);
    case 'triage':
    case 'clarify':
    case 'answer':
    case 'check-plan':
    case 'work':
      return {};
  }
}

async function finalMaterial(context: RunContext, signal: AbortSignal): Promise<BriefMaterial> {
  const { snapshot, head, conversations } = context.state();
  if (!snapshot || head === undefined) return {};
  const { patch } = await context.ports.staging.diff(snapshot.commit, head, signal);
  const commands = conversations
    .flatMap((each) => each.turns.flatMap((turn) => turn.calls))
    .filter((call) => isCommand(call) && call.status === 'ok')
    .map((call) => ({ line: call.title.replace(/^Run /, ''), exitCode: '0', output: '' }));
  return { diff: patch, commands };
}

async function reviewMaterial(
  context: RunContext,
  purpose: Extract<Purpose, { taskId: unknown }>,
): Promise<BriefMaterial> {
  const { journal } = context.ports;
  const state = context.state();
  const recorded = taskById(state, purpose.taskId)?.recorded;
  const commands = [];
  for (const call of commandsOf(state, purpose)) {
    const output = call.content ? await journal.getBody(call.content) : '';
    commands.push({
      line: call.title.replace(/^Run /, ''),
      exitCode: call.status === 'ok' ? '0' : call.summary,
      output: cutMiddle(output, outputInBrief, 'run it again to see all'),
    });
  }
  return { diff: recorded ? await journal.getBody(recorded.diff) : '', commands };
}

/** What ran since the task was last handed in; earlier output says nothing about this diff. */
function commandsOf(state: RunState, purpose: Extract<Purpose, { taskId: unknown }>): CallState[] {
  const task = taskById(state, purpose.taskId);
  const turns = (task && conversationFor(state, workOn(task))?.turns) ?? [];
  const previous = turns.slice(0, -1).findLastIndex((turn) => turn.calls.some(isFinish));
  return turns
    .slice(previous + 1)
    .flatMap((turn) => turn.calls)
    .filter(isCommand);
}

function isCommand({ name }: CallState): boolean {
  return name === 'run_command' || name === 'manage_packages';
}

function isFinish(call: CallState): boolean {
  return call.name === 'finish_task' && call.status === 'ok';
}
