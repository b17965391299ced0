/** Who speaks in a conversation of each kind: role or agent, model, prompt, tools, lane, limits. */

import type { LaneId } from '../../shared/ids.ts';
import type { Task } from '../../shared/plan.ts';
import type { Purpose, Role } from '../../shared/purpose.ts';
import { taskById } from '../../shared/reduce-tasks.ts';
import type { RunState } from '../../shared/run-state.ts';
import { agentOf, type TeamMember } from '../../shared/team.ts';
import type { ToolSpec } from '../model-port.ts';
import { agentPrompt, rolePrompts } from '../prompts/roles.ts';
import { exploreLane, finalCheckLane } from '../run/run-context.ts';
import { resolveModel } from '../team/resolve-model.ts';
import {
  analyzeRequest,
  askClarifyingQuestions,
  generatePlan,
  generateSpecializedAgents,
  reviewCode,
  validateWork,
} from './answer-tools.ts';
import { toolSpec } from './tool.ts';
import { mayRun, readingTools, toolsOf, verifyingTools } from './tool-table.ts';

export type ConversationPlan = {
  agent: string;
  model: string;
  system: string;
  tools: ToolSpec[];
  answerTool?: string;
  laneId?: LaneId;
  maxTurns: number;
  maxOutputTokens?: number;
};

/** A turn is one request; a role that has not answered by then never will. */
const roleTurns = 40;
const agentTurns = 100;

type AnswerTool = typeof generatePlan;

export function planConversation(state: RunState, purpose: Purpose): ConversationPlan {
  const { smart, balanced, fast } = state.models;
  switch (purpose.kind) {
    case 'triage':
      return role('triage', fast, analyzeRequest);
    case 'clarify':
      return role('clarifier', balanced, askClarifyingQuestions);
    case 'answer':
      return state.analysis?.strategy === 'tool'
        ? role('assistant', balanced, undefined, exploreLane)
        : role('assistant', balanced);
    case 'plan':
      return role('task planner', smart, generatePlan, exploreLane);
    case 'check-plan':
      return role('logic checker', smart, validateWork, exploreLane);
    case 'team':
      return role('orchestrator', smart, generateSpecializedAgents);
    case 'final-check':
      return finalCheck(state, purpose.round);
    case 'work':
      return work(state, purpose);
    case 'review-code':
      return role('code reviewer', smart, reviewCode, laneOf(state, purpose));
    case 'validate-work':
      return role('logic checker', balanced, validateWork, laneOf(state, purpose));
  }
}

/** With a lane, the role may look around in it. */
function role(name: Role, model: string, answer?: AnswerTool, laneId?: LaneId): ConversationPlan {
  const tools = [...(laneId === undefined ? [] : readingTools()), ...(answer ? [answer] : [])];
  return {
    agent: name,
    model,
    system: rolePrompts[name],
    tools: specs(tools),
    maxTurns: roleTurns,
    ...(answer ? { answerTool: answer.name } : {}),
    ...(laneId === undefined ? {} : { laneId }),
  };
}

function finalCheck(state: RunState, round: number): ConversationPlan {
  const checker = role('logic checker', state.models.smart, validateWork, finalCheckLane(round));
  return { ...checker, tools: specs([...readingTools(), ...verifyingTools(), validateWork]) };
}

function work(state: RunState, purpose: Extract<Purpose, { kind: 'work' }>): ConversationPlan {
  const { task, agent } = assignment(state, purpose.taskId);
  const allowed = allowedFor(agent, task);
  return {
    agent: agent.name,
    model: resolveModel(task.model ?? agent.model, state.models),
    system: agentPrompt(agent),
    tools: specs(toolsOf(agent.tools).filter((tool) => mayRun(tool, allowed))),
    laneId: laneOf(state, purpose),
    maxTurns: agent.limits?.max_turns ?? agentTurns,
    ...(task.max_output_tokens === undefined ? {} : { maxOutputTokens: task.max_output_tokens }),
  };
}

export function assignment(state: RunState, taskId: Task['id']): { task: Task; agent: TeamMember } {
  const task = taskById(state, taskId)?.task;
  const agent = state.team && agentOf(state.team.team, taskId);
  if (!task || !agent) throw new Error(`Task ${taskId} has no agent`);
  return { task, agent };
}

/** The narrower of the two permissions holds. */
export function allowedFor(
  agent: TeamMember,
  task: Task,
): Pick<TeamMember, 'tools' | 'permission'> {
  const both = agent.permission === 'read_write' && task.permission === 'read_write';
  return { tools: agent.tools, permission: both ? 'read_write' : 'read_only' };
}

function specs(tools: readonly AnswerTool[]): ToolSpec[] {
  return [...tools].sort((left, right) => (left.name < right.name ? -1 : 1)).map(toolSpec);
}

function laneOf(state: RunState, purpose: { taskId: Task['id'] }): LaneId {
  const laneId = taskById(state, purpose.taskId)?.laneId;
  if (laneId === undefined) throw new Error(`Task ${purpose.taskId} has no lane`);
  return laneId;
}
