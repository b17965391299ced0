/** Pieces of scripts for tests: the roles' usual answers, and a plan of tasks in a line each. */
import type { ScriptInput } from './scripted-run.ts';

type Steps = ScriptInput['conversations'][string];
type Json = Record<string, never> | Record<string, unknown>;

export function call(name: string, input: Json): Steps {
  return [{ calls: [{ name, input: input as Record<string, string> }] }];
}

export const complex = call('analyze_request', {
  strategy: 'complex',
  reasoning: 'Files must change.',
  needs_clarification: false,
});

export const passes = call('validate_work', { passed: true, issues: [], feedback: 'Fine.' });
export const approves = call('review_code', { approved: true, summary: 'Fine.', issues: [] });

export type TaskSketch = { id: string; after?: string[]; priority?: number; readOnly?: boolean };

export function plan(tasks: TaskSketch[]): Steps {
  return call('generate_plan', {
    summary: 'The work.',
    assumptions: [],
    risks: [],
    tasks: plannedTasks(tasks),
  });
}

export function plannedTasks(tasks: readonly TaskSketch[]) {
  return tasks.map(({ id, after = [], priority = 5, readOnly }) => ({
    id,
    title: `Task ${id}`,
    description: `Do ${id}.`,
    specialization: 'generalist',
    dependencies: after,
    priority,
    acceptance_criteria: ['It is done.'],
    permission: readOnly ? 'read_only' : 'read_write',
  }));
}

export function team(ids: string[], agent: Record<string, unknown> = {}): Steps {
  return call('generate_specialized_agents', {
    agents: [
      {
        name: 'Ada',
        type: 'generalist',
        system_prompt: 'You do what the task says.',
        skills: [],
        tools: ['file_read', 'file_write', 'search', 'terminal'],
        model: 'balanced',
        ...agent,
      },
    ],
    task_assignments: [{ agent: 'Ada', tasks: ids }],
  });
}

export const finish = call('finish_task', { summary: 'Done.' });

/** Creates a file and finishes. */
export function creates(path: string, content: string): Steps {
  return [...call('create_file', { path, content }), ...finish];
}

/** A whole script: what is not given goes well. */
export function scriptOf(tasks: TaskSketch[], conversations: Record<string, Steps>): ScriptInput {
  return {
    name: 'test',
    description: '',
    conversations: {
      triage: complex,
      plan: plan(tasks),
      'check-plan/*': passes,
      'team/*': team(tasks.map((task) => task.id)),
      'review-code/*': approves,
      'validate-work/*': passes,
      'final-check/*': passes,
      ...conversations,
    },
  };
}
