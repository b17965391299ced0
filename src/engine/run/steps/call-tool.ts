/** Runs one tool call: a role's answer, or a tool in a lane, with the person's permission where it needs one. */
import type { EventBody } from '../../../shared/events.ts';
import type { CallId, ConversationId } from '../../../shared/ids.ts';
import { ApprovalId } from '../../../shared/ids.ts';
import { isMusterError } from '../../../shared/muster-error.ts';
import type { Task } from '../../../shared/plan.ts';
import type { ProcessRef } from '../../../shared/process-ref.ts';
import type { CallState, ConversationState, RunState } from '../../../shared/run-state.ts';
import type { TeamMember } from '../../../shared/team.ts';
import { StoredAnswer } from '../../agent/compose-messages.ts';
import { allowedFor, assignment } from '../../agent/conversation-plan.ts';
import type { PreparedCall, Tool, ToolOutcome } from '../../agent/tool.ts';
import {
  isWriting,
  mayRun,
  readingTools,
  toolNamed,
  toolsOf,
  verifyingTools,
} from '../../agent/tool-table.ts';
import type { Lane } from '../../lane-ports.ts';
import { schemaRepair } from '../../prompts/repairs.ts';
import { judgeCommand, type Verdict } from '../../terminal/judge-command.ts';
import { scriptNotes } from '../../terminal/script-notes.ts';
import { deadlineFrom } from '../deadline.ts';
import type { RunContext } from '../run-context.ts';
import { acceptAnswer } from './accept-answer.ts';
import { conversationOf } from './ask-model.ts';

type Call = { context: RunContext; conversation: ConversationState; call: CallState };

export async function callTool(
  context: RunContext,
  command: { conversationId: ConversationId; callId: CallId },
  signal: AbortSignal,
): Promise<EventBody[]> {
  const conversation = conversationOf(context.state(), command.conversationId);
  const { call, input } = await callOf(context, conversation, command.callId);
  const one = { context, conversation, call };
  if (call.name === conversation.answerTool) return answer(one, input, signal);
  const tool = toolNamed(call.name);
  const refusal = refusalOf(context.state(), conversation, { name: call.name, tool });
  if (!tool || refusal !== undefined) {
    const content =
      'Nothing was done. Go on with the tools you were given; what cannot be done with them belongs in your answer.';
    return failed(one, { title: call.name, summary: refusal ?? '', content, invalid: true });
  }
  const prepared = tool.prepare(input);
  if (!prepared.ok) {
    const summary = `The input of ${tool.name} does not fit: ${prepared.problems[0] ?? ''}`;
    const content = schemaRepair(tool.name, prepared.problems);
    return failed(one, { title: call.name, summary, content, invalid: true });
  }
  const { title } = prepared.call;
  const found = await lineOf(one, prepared.call);
  if ('problem' in found) return failed(one, { title, summary: found.problem });
  const { line } = found;
  if (call.status === 'denied') {
    const summary = 'The person did not allow this command; it was not run';
    const content = 'Go on without it, and say in your summary what could not be verified.';
    return failed(one, { title, summary, content });
  }
  if (call.status === 'started' && line !== undefined) {
    const summary = `Interrupted: "${line}" was running when Muster stopped, and its outcome is unknown`;
    const content = 'Your copy of the workspace was put back to what it held before this command.';
    return failed(one, { title, summary, content });
  }
  if (line !== undefined && call.status === 'new') {
    const verdict = await judge(one, line);
    if (verdict.do === 'refuse') return failed(one, { title, summary: verdict.reason });
    if (verdict.do === 'ask') return [askPermission(one, line, verdict)];
  }
  const work: PreparedCall['run'] = (lane, stop) => prepared.call.run(lane, stop, line);
  return run(one, { tool, title, run: work }, signal);
}

/** The command line of a call: the one that the person was asked about, else as the lane tells it now. */
async function lineOf(
  { context, conversation, call }: Call,
  { command }: PreparedCall,
): Promise<{ line?: string } | { problem: string }> {
  const { laneId } = conversation;
  if (command === undefined || laneId === undefined) return {};
  const asked = context.state().approvals.find((each) => each.callId === call.callId);
  if (asked?.command !== undefined) return { line: asked.command };
  await context.enterLane(laneId);
  try {
    return { line: await command(context.ports.staging.lane(laneId)) };
  } catch (error) {
    if (!isMusterError(error) || error.code === 'storage') throw error;
    return { problem: error.userMessage };
  }
}

async function callOf(context: RunContext, conversation: ConversationState, callId: CallId) {
  for (const turn of conversation.turns) {
    const index = turn.calls.findIndex((each) => each.callId === callId);
    const call = turn.calls[index];
    if (!call) continue;
    const { calls } = StoredAnswer.parse(
      JSON.parse(await context.ports.journal.getBody(turn.answer)),
    );
    return { call, input: calls[index]?.input };
  }
  throw new Error(`No tool call ${callId}`);
}

/** Permission is asked where the tool runs, whatever list the model saw. */
function refusalOf(
  state: RunState,
  conversation: ConversationState,
  called: { name: string; tool: Tool | undefined },
): string | undefined {
  const { purpose } = conversation;
  const { tool } = called;
  if (purpose.kind === 'work') {
    const { agent, task } = assignment(state, purpose.taskId);
    return refusalInTask(agent, task, called);
  }
  const reading = conversation.laneId === undefined ? [] : readingTools();
  const here = purpose.kind === 'final-check' ? [...reading, ...verifyingTools()] : reading;
  if (tool && here.includes(tool)) return undefined;
  if (tool && isWriting(tool)) {
    return `${tool.name} is refused: the ${conversation.agent} only looks and changes nothing`;
  }
  const names = here.map((each) => each.name).concat(conversation.answerTool ?? []);
  return `There is no tool "${nameInWords(called.name)}" here. Tools: ${names.join(', ')}`;
}

function refusalInTask(
  agent: TeamMember,
  task: Task,
  { name, tool }: { name: string; tool: Tool | undefined },
): string | undefined {
  const allowed = allowedFor(agent, task);
  if (!tool) {
    const names = toolsOf(agent.tools)
      .filter((each) => mayRun(each, allowed))
      .map((each) => each.name);
    return `There is no tool "${nameInWords(name)}". Tools: ${names.join(', ')}`;
  }
  if (mayRun(tool, allowed)) return undefined;
  if (isWriting(tool) && allowed.permission === 'read_only') {
    const who = agent.permission === 'read_only' ? agent.name : `the task "${task.id}"`;
    return `${tool.name} is refused: ${who} is read_only, and this tool may change something`;
  }
  return `${tool.name} is refused: ${agent.name} has the tool groups ${agent.tools.join(', ') || '(none)'}, and it belongs to ${tool.group}`;
}

/** A name that a model invented may hold anything. */
function nameInWords(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 80);
}

type Question = Extract<Verdict, { do: 'ask' }> & { scripts: string[]; sandboxed: boolean };

async function judge({ context, conversation }: Call, line: string) {
  const { commands, staging } = context.ports;
  const { laneId } = conversation;
  const [parsed, rules] = [await commands.parse(line), await commands.rules()];
  const verdict = judgeCommand(line, parsed, { rules, grants: context.state().grants });
  if (verdict.do !== 'ask' || laneId === undefined)
    return { ...verdict, scripts: [], sandboxed: rules.sandboxWorks };
  await context.enterLane(laneId);
  const scripts = await scriptNotes(parsed, staging.lane(laneId).files);
  return { ...verdict, scripts, sandboxed: rules.sandboxWorks };
}

function askPermission(
  { context, conversation, call }: Call,
  line: string,
  question: Question,
): EventBody {
  const { purpose, agent } = conversation;
  return {
    type: 'approval:requested',
    approvalId: ApprovalId.parse(`command/${call.callId}`),
    kind: 'command',
    callId: call.callId,
    agent,
    command: line,
    reasons: question.reasons,
    sandboxed: question.sandboxed,
    ...(question.scripts.length > 0 ? { scripts: question.scripts } : {}),
    ...(question.hosts.length > 0 ? { hosts: question.hosts } : {}),
    ...(question.always ? { always: true } : {}),
    ...(question.prefix === undefined ? {} : { prefix: question.prefix }),
    deadline: deadlineFrom(context.ports.clock, context.state().limits.approvalHours),
    ...('taskId' in purpose ? { taskId: purpose.taskId } : {}),
  };
}

async function run(
  one: Call,
  prepared: { tool: Tool; title: string; run: PreparedCall['run'] },
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { context, conversation } = one;
  const { laneId } = conversation;
  if (laneId === undefined) throw new Error(`${conversation.conversationId} has no lane`);
  // Without a group it touches nothing but the log, and needs no word before it is done.
  const alone = prepared.tool.group === undefined;
  const announced = called(one, prepared.title);
  if (!alone) {
    await context.enterLane(laneId);
    await context.append([announced]);
  }
  const lane = announcing(one, context.ports.staging.lane(laneId));
  const outcome = await outcomeOf(() => prepared.run(lane, signal));
  signal.throwIfAborted();
  const tree = isWriting(prepared.tool)
    ? { tree: await context.ports.staging.recordTree(laneId, signal) }
    : {};
  return [...(alone ? [announced] : []), await result(one, outcome, tree)];
}

/**
 * A command's process group is in the log before it does anything, to be ended after a crash; who
 * watches sees what it prints; what it left that must not be there is in the log.
 */
function announcing({ context, conversation, call }: Call, lane: Lane): Lane {
  const { conversationId, agent } = conversation;
  const { callId } = call;
  const which = { agent, callId };
  const onStart = (process: ProcessRef) =>
    context.append([{ type: 'command:started', conversationId, callId, process }]);
  const onOutput = (text: string) => context.emitOutput({ ...which, kind: 'output', text });
  const asked = context.state().approvals.find((each) => each.callId === callId);
  const shell: Lane['shell'] = {
    async run(command, signal) {
      context.emitOutput({ ...which, kind: 'start', line: command.line });
      const granted = { ...command, hosts: asked?.hosts ?? [], onStart, onOutput };
      const outcome = await lane.shell.run(granted, signal);
      const { exitCode, ended, ms, quarantined } = outcome;
      context.emitOutput({ ...which, kind: 'end', exitCode, ended, ms });
      if (quarantined) {
        await context.append([
          { type: 'command:quarantined', conversationId, callId, ...quarantined },
        ]);
      }
      return outcome;
    },
  };
  return { ...lane, shell };
}

/** An expected failure of a tool is something the model can act on. */
async function outcomeOf(work: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!isMusterError(error) || error.code === 'storage') throw error;
    return { ok: false, summary: error.userMessage, content: '' };
  }
}

async function answer(one: Call, input: unknown, signal: AbortSignal): Promise<EventBody[]> {
  const accepted = await acceptAnswer(one.context, one.conversation, input, signal);
  if (!accepted.ok) {
    const summary = accepted.problems[0] ?? '';
    const content = schemaRepair(one.call.name, accepted.problems);
    return failed(one, { title: one.call.name, summary, content, invalid: true });
  }
  const outcome = { ok: true, summary: accepted.summary, content: '', ends: true };
  return [called(one, accepted.summary), await result(one, outcome), ...accepted.events];
}

function called({ conversation, call }: Call, title: string): EventBody {
  const { conversationId, purpose } = conversation;
  const task = 'taskId' in purpose ? { taskId: purpose.taskId } : {};
  return {
    type: 'tool:call',
    conversationId,
    callId: call.callId,
    name: call.name,
    title,
    ...task,
  };
}

async function failed(
  one: Call,
  failure: { title: string; summary: string; content?: string; invalid?: boolean },
): Promise<EventBody[]> {
  const outcome = { ok: false, summary: failure.summary, content: failure.content ?? '' };
  const invalid = failure.invalid ? { invalid: true } : {};
  return [called(one, failure.title), await result(one, outcome, invalid)];
}

async function result(
  { context, conversation, call }: Call,
  outcome: ToolOutcome,
  more: { tree?: string; invalid?: boolean } = {},
): Promise<EventBody> {
  const { conversationId, purpose } = conversation;
  const { ok, summary, content, command, ends } = outcome;
  const text = [summary, content].filter(Boolean).join('\n');
  return {
    type: 'tool:result',
    conversationId,
    callId: call.callId,
    ok,
    summary,
    content: await context.ports.journal.putBody(text),
    ...('taskId' in purpose && purpose.kind === 'work' ? { taskId: purpose.taskId } : {}),
    ...(command ? { command } : {}),
    ...(ends ? { ends } : {}),
    ...more,
  };
}
