/** The first message of each conversation: what this one is about. The first line names the conversation. */
import { shownPath } from '../../shared/changes.ts';
import { conversationIdOf } from '../../shared/conversation-id.ts';
import type { Plan, Task } from '../../shared/plan.ts';
import type { Purpose } from '../../shared/purpose.ts';
import { taskById } from '../../shared/reduce-tasks.ts';
import type { RunState, TaskState } from '../../shared/run-state.ts';
import { cutMiddle } from './cut.ts';

/** What a brief needs beside the state: texts that stand outside the log, and facts of the provider. */
export type BriefMaterial = {
  /** Paths of the workspace, a sample. */
  files?: readonly string[];
  diff?: string;
  /** Commands that ran in the attempt, with what they printed. */
  commands?: readonly { line: string; exitCode: string; output: string }[];
  models?: readonly string[];
};

const diffBudget = 120_000;

export function briefFor(state: RunState, purpose: Purpose, material: BriefMaterial): string {
  return `Conversation: ${conversationIdOf(purpose)}\n\n${bodyOf(state, purpose, material)}`;
}

function bodyOf(state: RunState, purpose: Purpose, material: BriefMaterial): string {
  switch (purpose.kind) {
    case 'triage':
    case 'answer':
      return request(state);
    case 'clarify':
      return `${request(state)}\n\n${section('Why there are questions', state.analysis?.reasoning ?? '')}`;
    case 'plan':
      return `${request(state)}${layout(material)}`;
    case 'check-plan':
      return `${request(state)}\n\n${section('Plan to judge', planText(state.plan?.plan))}`;
    case 'team':
      return teamBrief(state, material);
    case 'work':
      return workBrief(state, requireTask(state, purpose), material);
    case 'final-check':
      return finalBrief(state, material);
    case 'review-code':
    case 'validate-work':
      return reviewBrief(state, requireTask(state, purpose), material);
  }
}

function request(state: RunState): string {
  const answers = (state.answers ?? []).map(
    (each) => `- ${each.question}\n  ${each.answer}${each.defaulted ? ' (the default)' : ''}`,
  );
  const parts = [section('Request', state.request)];
  if (answers.length > 0) parts.push(section('Answers to questions about it', answers.join('\n')));
  return parts.join('\n\n');
}

function layout(material: BriefMaterial): string {
  if (!material.files || material.files.length === 0) return '';
  return `\n\n${section('Files of the workspace (a first look; there may be more)', material.files.join('\n'))}`;
}

function teamBrief(state: RunState, material: BriefMaterial): string {
  const models = ['smart', 'balanced', 'fast', ...(material.models ?? [])].join(', ');
  const parts = [
    request(state),
    section('Plan', planText(state.plan?.plan)),
    section('Models', models),
  ];
  if (state.editedTeam) {
    const title =
      'The team that the person had edited for an earlier plan (keep what still fits, above all what they wrote)';
    parts.push(section(title, JSON.stringify(state.editedTeam)));
  }
  return parts.join('\n\n');
}

function workBrief(state: RunState, task: TaskState, material: BriefMaterial): string {
  const before = task.task.dependencies.flatMap((id) => {
    const done = taskById(state, id);
    if (!done?.recorded) return [];
    const files = done.recorded.files.map(shownPath).join(', ') || 'no files';
    return [`- ${done.task.title} (${files}): ${done.recorded.summary}`];
  });
  const parts = [
    section('The request that this task is part of', state.request),
    section('Your task', taskText(task.task)),
  ];
  if (before.length > 0) {
    parts.push(section('Done before, and merged into your copy', before.join('\n')));
  }
  const rejected = rejectedList(state);
  if (rejected !== '') parts.push(section(rejectedTitle, rejected));
  if (task.edited) parts.push(section('An earlier try', earlierTry(task, task.edited)));
  return `${parts.join('\n\n')}${layout(material)}`;
}

const rejectedTitle = 'What the person rejected in the review (it must not come back)';

/** By file and lines: the texts stand in the notes to the agents that were sent back. */
function rejectedList({ earlierDecisions = [] }: RunState): string {
  return earlierDecisions
    .flatMap((file) => {
      const hunks = file.hunks.filter(({ id }) => file.decisions[id] === 'rejected');
      const where = hunks.map(({ baseStart, baseLines }) =>
        baseLines === 0
          ? `after line ${baseStart}`
          : `lines ${baseStart} to ${baseStart + baseLines - 1}`,
      );
      if (file.hunks.length === 0 && file.whole === 'rejected')
        return [`- ${file.path}, as a whole`];
      return where.length === 0 ? [] : [`- ${file.path}, ${where.join('; ')} of the original`];
    })
    .join('\n');
}

function earlierTry(task: TaskState, edited: NonNullable<TaskState['edited']>): string {
  const objections = task.verdicts
    .filter((each) => !each.passed)
    .map((each) => `- ${each.reviewer}, attempt ${each.attempt}: ${each.summary}`);
  return [
    'This task was tried before and failed; then the person changed it to what it is now.',
    `Why it failed: ${edited.error}`,
    list('Objections to that try', objections),
    edited.again === 'in-place'
      ? 'What that try changed is still in your copy: look at it first, keep what fits the task as it is now, and take back the rest.'
      : 'Nothing of that try is in your copy.',
  ]
    .filter(Boolean)
    .join('\n');
}

function reviewBrief(state: RunState, task: TaskState, material: BriefMaterial): string {
  const commands = (material.commands ?? []).map(
    (each) => `$ ${each.line}\n(exit code ${each.exitCode})\n${each.output}`,
  );
  const diff = cutMiddle(material.diff ?? '', diffBudget, 'read the files for the rest');
  const parts = [
    section('The request that this task is part of', state.request),
    section('The task', taskText(task.task)),
    section("The agent's own summary", task.recorded?.summary ?? ''),
    section('The diff', diff || 'No file was changed.'),
    section('Commands that the agent ran', commands.join('\n\n') || 'None.'),
  ];
  const earlier = task.verdicts.filter((each) => !each.passed);
  if (earlier.length > 0) {
    const lines = earlier.map(
      (each) => `- ${each.reviewer}, attempt ${each.attempt}: ${each.summary}`,
    );
    parts.push(section('Objections to earlier attempts', lines.join('\n')));
  }
  return parts.join('\n\n');
}

function finalBrief(state: RunState, material: BriefMaterial): string {
  const tasks = state.tasks.map(({ task, status, recorded }) => {
    const outcome = status === 'done' ? (recorded?.summary ?? '') : status;
    return `- ${task.title} (id ${task.id}): ${outcome}`;
  });
  const lines = [...new Set((material.commands ?? []).map((each) => `- ${each.line}`))];
  const parts = [
    section(
      'What to judge',
      'The whole change set of the run, against the request. Your copy of the workspace holds all of it.',
    ),
    request(state),
    section('Plan', state.plan?.plan.summary ?? ''),
    section('Tasks and what came of them', tasks.join('\n')),
    section('The diff', cutMiddle(material.diff ?? '', diffBudget, 'read the files for the rest')),
    section('Commands by which the agents verified their work', lines.join('\n') || 'None.'),
  ];
  const earlier = state.finalChecks.map((each) => `- ${each.summary}`);
  if (earlier.length > 0) parts.push(section('What an earlier check found', earlier.join('\n')));
  return parts.join('\n\n');
}

function planText(plan: Plan | undefined): string {
  if (!plan) return '';
  return [
    plan.summary,
    list('Assumptions', plan.assumptions),
    list('Risks', plan.risks),
    ...plan.tasks.map((task) => `### Task ${task.id}\n${taskText(task)}`),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function taskText(task: Task): string {
  return [
    `${task.title} (id ${task.id}, ${task.permission}, priority ${task.priority})`,
    task.description,
    `Specialization: ${task.specialization}`,
    list('Depends on', task.dependencies),
    list('Expected files', task.files ?? []),
    list('Acceptance criteria', task.acceptance_criteria),
  ]
    .filter(Boolean)
    .join('\n');
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `${title}:\n${items.map((item) => `- ${item}`).join('\n')}`;
}

function section(title: string, body: string): string {
  return `## ${title}\n${body}`;
}

function requireTask(state: RunState, purpose: { taskId: TaskState['task']['id'] }): TaskState {
  const task = taskById(state, purpose.taskId);
  if (!task) throw new Error(`No task ${purpose.taskId}`);
  return task;
}
