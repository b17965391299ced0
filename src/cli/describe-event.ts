/** An event in a line for a person who watches a terminal; undefined for what would only be noise. */

import { amountWords, reachedWords, scopeWords } from '../shared/ceiling.ts';
import type { FileChange } from '../shared/changes.ts';
import type { RunEvent } from '../shared/events.ts';
import { hiddenWords } from '../shared/hidden-words.ts';

export function describeEvent(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'workflow:start':
      return `Run ${event.runId}`;
    case 'workflow:status':
      return `— ${event.status}`;
    case 'workflow:error':
      return `Error: ${event.message}`;
    case 'workflow:resume':
      return `Resumed${sentAgain(event.repeated)}`;
    case 'snapshot:taken':
      return `Snapshot of ${event.files} files${event.leftOut.length > 0 ? `; left out: ${event.leftOut.map((each) => `${each.path} (${each.reason})`).join(', ')}` : ''}`;
    case 'analysis':
      return `Handled as "${event.strategy}": ${event.reasoning}`;
    case 'question:asked':
      return event.questions
        .map((each) => `Question ${each.id}: ${each.question} [${each.default}]`)
        .join('\n');
    case 'plan:created':
      return [
        `Plan: ${event.plan.summary}`,
        ...event.plan.tasks.map((task) => {
          const after =
            task.dependencies.length > 0 ? ` (after ${task.dependencies.join(', ')})` : '';
          return `  ${task.id}: ${task.title}${after}`;
        }),
      ].join('\n');
    case 'plan:checked':
      return `Plan ${event.passed ? 'passed' : 'did not pass'} the check by ${event.by}${event.passed ? '' : `: ${event.issues.map((issue) => issue.message).join('; ') || event.feedback}`}`;
    case 'team:created':
      return [
        'Team:',
        ...event.team.agents.map(
          (agent) => `  ${agent.name}, ${agent.type} (${agent.model}; ${agent.tools.join(', ')})`,
        ),
      ].join('\n');
    case 'plan:edited':
      return `The plan was edited by ${event.by}: ${event.plan.tasks.length} ${event.plan.tasks.length === 1 ? 'task' : 'tasks'}, ${event.team.agents.length} ${event.team.agents.length === 1 ? 'agent' : 'agents'}`;
    case 'task:edited':
      return `${event.taskId}: edited by ${event.by}${event.again === undefined ? '' : ', and tried again'}`;
    case 'task:start':
      return `${event.taskId}: started by ${event.agent}`;
    case 'tool:result':
      return event.taskId === undefined ? undefined : `${event.taskId}: ${event.summary}`;
    case 'review:result':
      return `${event.taskId}: ${event.reviewer} ${event.passed ? 'accepts' : 'objects'}: ${event.summary}`;
    case 'task:retry':
      return `${event.taskId}: attempt ${event.attempt}`;
    case 'task:conflict':
      return `${event.taskId}: conflict in ${event.files.join(', ')}; the agent resolves it`;
    case 'task:complete':
      return `${event.taskId}: done`;
    case 'task:error':
      return `${event.taskId}: failed: ${event.message}`;
    case 'task:blocked':
      return `${event.taskId}: blocked by ${event.by}`;
    case 'change:ready':
      return [
        `Changes in ${event.files.length} ${event.files.length === 1 ? 'file' : 'files'}:`,
        ...event.files.map(
          (file) =>
            `  ${file.status} ${file.path} +${file.additions} -${file.deletions}${file.protected ? ' (protected: needs a yes of its own)' : ''}${hiddenNote(file)}`,
        ),
      ].join('\n');
    case 'change:refused':
      return [
        `Nothing was applied: ${event.message ?? ''}`.trimEnd(),
        ...event.files.map((each) => `  ${each.path}: ${each.reason}`),
      ].join('\n');
    case 'change:applied':
      return [
        `Applied ${event.files.length} ${event.files.length === 1 ? 'file' : 'files'}`,
        ...event.files
          .filter((each) => each.merged)
          .map((each) => `  ${each.path}: merged with what was changed since the run began`),
      ].join('\n');
    case 'change:reverted':
      return [
        `Reverted ${event.files.length} ${event.files.length === 1 ? 'file' : 'files'}`,
        ...event.left.map((each) => `  not reverted: ${each.path}: ${each.reason}`),
      ].join('\n');
    case 'change:recovered':
      return `An earlier ${event.kind} was cut off; ${event.outcome === 'applied' ? 'all of it is in the workspace' : 'it was taken back wholly'}`;
    case 'command:quarantined':
      return `Moved out of a lane, left there by a command: ${event.files.map((each) => each.path).join(', ')}`;
    case 'approval:requested':
      if (event.ceiling) return reachedWords(event.ceiling);
      return event.kind === 'command'
        ? `${event.agent ?? 'An agent'} asks to run: ${event.command}${(event.reasons ?? []).map((each) => `\n    because ${each}`).join('')}${(event.scripts ?? []).map((each) => `\n    script ${each}`).join('')}`
        : undefined;
    case 'budget:warning':
      return `${amountWords(event.kind, event.spent)} of the ceiling of ${amountWords(event.kind, event.limit)} for ${scopeWords(event)} are spent`;
    default:
      return undefined;
  }
}

function hiddenNote(file: FileChange): string {
  const words = hiddenWords(file);
  return words === undefined ? '' : `\n    ${words}`;
}

function sentAgain(repeated: number): string {
  if (repeated === 0) return '';
  return repeated === 1 ? '; 1 request is sent again' : `; ${repeated} requests are sent again`;
}
