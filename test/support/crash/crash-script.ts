/** What the model of the crash suite answers: by conversation and by what the request itself says. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Step } from '../../../src/node/models/script.ts';
import { ServiceError } from '../model-server/service-error.ts';
import type { Handler } from '../model-server/start-model-server.ts';
import { blocksOf, type WireMessage } from '../model-server/wire.ts';
import { plannedTasks } from '../runs/script-parts.ts';
import { type CrashAgent, type CrashTask, repairTask, runNumber } from './crash-tasks.ts';
import { inCompany } from './in-company.ts';

export type CrashScript = {
  tasks: readonly CrashTask[];
  /** What the final check runs, with its number. */
  finalCommand: string;
};

/** The handler of a loopback server; the same request always gets the same answer. */
export function crashHandler({ tasks, finalCommand }: CrashScript): Handler {
  const company = inCompany(tasks.length);
  return async ({ conversationId, body }) => {
    const script = { tasks: [...tasks, repairTask], finalCommand };
    const step = answerTo(script, conversationId, body.messages);
    const delayMs = delayOf(conversationId, body.messages.length);
    await pause(delayMs);
    await company(conversationId);
    return step;
  };
}

function answerTo(
  { tasks, finalCommand }: CrashScript,
  conversationId: string,
  messages: readonly WireMessage[],
): Step {
  const [kind = '', name = '', round = ''] = conversationId.split('/');
  const { step, run } = placeOf(messages);
  const planned = tasks.filter((task) => task !== repairTask);
  switch (kind) {
    case 'triage':
      return call('analyze_request', {
        strategy: 'complex',
        reasoning: 'Files must change.',
        needs_clarification: true,
      });
    case 'clarify':
      return call('ask_clarifying_questions', {
        questions: [{ id: 'q1', question: 'How?', why: 'It decides how.', default: 'As usual' }],
      });
    case 'plan':
      return step === 0 ? call('list_files', {}) : planOf(planned);
    case 'check-plan':
      return validated(name !== '1', 'Name the entries.');
    case 'team':
      return teamOf(planned);
    case 'work':
      return workOf(taskOf(tasks, name), step, run);
    case 'review-code':
    case 'validate-work':
      return reviewOf(taskOf(tasks, name), { kind, first: round === '1', step });
    case 'final-check':
      if (name !== '1') return validated(true, '');
      if (step > 0) return validated(false, 'Entry 39 is open.');
      return call('run_command', { command: finalCommand.replace(runNumber, String(run)) });
    default:
      // A status that the client does not retry.
      throw new ServiceError(422, `The crash script knows no conversation ${conversationId}.`);
  }
}

/** A turn whose command was interrupted is taken again, with the next number. */
function placeOf(messages: readonly WireMessage[]): { step: number; run: number } {
  let [step, run] = [0, 1];
  for (const message of messages.slice(1)) {
    if (message.role !== 'user') continue;
    const interrupted = blocksOf(message).some(
      (block) => block.type === 'tool_result' && String(block.content).startsWith('Interrupted:'),
    );
    if (interrupted) run += 1;
    else [step, run] = [step + 1, 1];
  }
  return { step, run };
}

function workOf(task: CrashTask, position: number, run: number): Step {
  const step = task.steps[position];
  if (!step) throw new Error(`${task.id} has no step ${position}`);
  const calls = step.calls
    ?.filter((each) => run === 1 || each.name === 'run_command')
    .map(({ name, input }) => {
      const { command } = input;
      if (typeof command !== 'string') return { name, input };
      return { name, input: { ...input, command: command.replace(runNumber, String(run)) } };
    });
  return calls === undefined ? step : { ...step, calls };
}

function reviewOf(
  task: CrashTask,
  asked: { kind: 'review-code' | 'validate-work'; first: boolean; step: number },
): Step {
  if (task.reviewerLooks && asked.step === 0) {
    return call('read_file', { path: 'registry.txt', start_line: 1, end_line: 20 });
  }
  const passed = !(asked.first && task.rejectedBy.includes(asked.kind));
  if (asked.kind === 'validate-work') return validated(passed, 'Write what is right.');
  const issue = { severity: 'major', file: `redo/${task.id}.txt`, message: 'This is wrong.' };
  return call('review_code', {
    approved: passed,
    summary: passed ? 'Fine.' : 'Not yet.',
    issues: passed ? [] : [issue],
  });
}

function planOf(tasks: readonly CrashTask[]): Step {
  return call('generate_plan', {
    summary: 'Every entry is worked on.',
    assumptions: [],
    risks: [],
    tasks: plannedTasks(tasks),
  });
}

const toolGroups: Record<CrashAgent, string[]> = {
  Ada: ['file_read', 'file_write', 'search'],
  Bob: ['file_read', 'file_write', 'terminal'],
  Cleo: ['file_read', 'search'],
};

function teamOf(tasks: readonly CrashTask[]): Step {
  const names: CrashAgent[] = ['Ada', 'Bob', 'Cleo'];
  return call('generate_specialized_agents', {
    agents: names.map((name) => ({
      name,
      type: 'generalist',
      system_prompt: `You are ${name} and do what the task says.`,
      skills: [],
      tools: toolGroups[name],
      model: name === 'Cleo' ? 'fast' : 'balanced',
    })),
    task_assignments: names.map((agent) => ({
      agent,
      tasks: tasks.filter((task) => task.agent === agent).map((task) => task.id),
    })),
  });
}

function validated(passed: boolean, objection: string): Step {
  return call('validate_work', { passed, issues: [], feedback: passed ? 'Fine.' : objection });
}

function call(name: string, input: NonNullable<Step['calls']>[number]['input']): Step {
  return { calls: [{ name, input }] };
}

function taskOf(tasks: readonly CrashTask[], id: string): CrashTask {
  const task = tasks.find((each) => each.id === id);
  if (!task) throw new Error(`The crash script knows no task ${id}`);
  return task;
}

/** Long enough that requests are under way together, and the same each time. */
function delayOf(conversationId: string, messages: number): number {
  const alone = /^(triage|clarify|plan|check-plan|team|final-check)|final-repair/;
  if (alone.test(conversationId)) return 10;
  const hash = createHash('sha256').update(`${conversationId} ${messages}`).digest();
  return 300 + (hash.readUInt16BE(0) % 500);
}
