/** A model that plays a graph: it plans its tasks, finishes each after its duration and passes every review. */
import type { ModelProvider, TurnAnswer, TurnRequest } from '../../../src/engine/model-port.ts';
import type { TaskGraph } from '../task-graph.ts';

export type Playing = {
  /** Files that an agent reads, one in each turn, before it finishes. */
  reads: number;
  /** Waits as long as a task takes, before the agent finishes. */
  work(duration: number): Promise<void>;
};

const tiers = { smart: 'smart', balanced: 'balanced', fast: 'fast' };

export function graphModel(graph: TaskGraph, { reads, work }: Playing): ModelProvider {
  const durations = new Map(graph.tasks.map(({ id, duration }) => [id, duration]));
  const models = Object.values(tiers).map((id) => ({ id, displayName: id }));
  return {
    id: 'bench',
    tiers,
    listModels: async () => models,
    async streamTurn(request, _onText, signal) {
      signal.throwIfAborted();
      const [kind, id = ''] = request.conversationId.split('/');
      switch (kind) {
        case 'triage':
          return call(request, 'analyze_request', {
            strategy: 'complex',
            reasoning: 'Files must change.',
            needs_clarification: false,
          });
        case 'plan':
          return call(request, 'generate_plan', planOf(graph));
        case 'team':
          return call(request, 'generate_specialized_agents', teamOf(graph));
        case 'review-code':
          return call(request, 'review_code', { approved: true, summary: 'Fine.', issues: [] });
        case 'work': {
          const turn = request.messages.filter(({ role }) => role === 'assistant').length;
          if (turn < reads) return call(request, 'read_file', { path: `src/file-${turn}.ts` });
          await work(durations.get(id) ?? 0);
          return call(request, 'finish_task', { summary: 'Done.' });
        }
        default:
          return call(request, 'validate_work', { passed: true, issues: [], feedback: 'Fine.' });
      }
    },
  };
}

function call(request: TurnRequest, name: string, input: Record<string, unknown>): TurnAnswer {
  const providerId = `call_${request.messages.length}`;
  return {
    content: [{ type: 'tool_use', id: providerId, name, input }],
    text: '',
    calls: [{ providerId, name, input }],
    stop: 'tools',
    usage: { input: 1_000, output: 50, cacheRead: 0, cacheWrite: 0 },
    model: request.model,
  };
}

function planOf(graph: TaskGraph) {
  return {
    summary: 'The work.',
    assumptions: [],
    risks: [],
    tasks: graph.tasks.map(({ id, after }) => ({
      id,
      title: `Task ${id}`,
      description: `Do ${id}.`,
      specialization: 'generalist',
      dependencies: after,
      priority: 5,
      acceptance_criteria: ['It is done.'],
      permission: 'read_write',
    })),
  };
}

function teamOf(graph: TaskGraph) {
  return {
    agents: [
      {
        name: 'Ada',
        type: 'generalist',
        system_prompt: 'You do what the task says.',
        skills: [],
        tools: ['file_read', 'file_write'],
        model: 'balanced',
      },
    ],
    task_assignments: [{ agent: 'Ada', tasks: graph.tasks.map(({ id }) => id) }],
  };
}
