/** A run as text: what it came to, and on request every word of its conversations. */
import { fileDecision, lacksOwnYes, type ReviewedFile, shownPath } from '../shared/changes.ts';
import { encodingWords, fileStatus } from '../shared/file-state.ts';
import type { BodyRef } from '../shared/ids.ts';
import {
  type ApprovalState,
  canRevert,
  openApprovals,
  type RunState,
} from '../shared/run-state.ts';
import { undividedWords } from '../shared/undivided.ts';
import { ceilingStep, economyLines } from './economy-text.ts';

export function summaryText(state: RunState): string {
  const { input, output, cacheRead, cacheWrite } = state.usage;
  const lines = [
    `Run ${state.runId}: ${state.status}${state.outcome ? ` (${state.outcome})` : ''}`,
  ];
  if (state.error) lines.push(`  ${state.error.message}`);
  for (const task of state.tasks) {
    const note = task.error
      ? `: ${task.error}`
      : task.blockedBy
        ? `: blocked by ${task.blockedBy}`
        : '';
    lines.push(`  ${task.status.padEnd(10)} ${task.task.id}, ${task.task.title}${note}`);
  }
  for (const file of state.changes?.files ?? []) {
    lines.push(changeLine(file));
  }
  if (state.refusal !== undefined) lines.push(`  Not applied: ${state.refusal}`);
  for (const { path, reason } of state.refused ?? []) {
    lines.push(`  Not applied because of ${path}: ${reason}`);
  }
  if (state.reverted) lines.push(`  Reverted ${state.reverted.files.length} files`);
  for (const { path, reason } of state.reverted?.left ?? []) {
    lines.push(`  Not reverted: ${path}: ${reason}`);
  }
  if (state.requests > 0) {
    lines.push(
      `  ${state.requests} requests${state.repeated > 0 ? `, ${state.repeated} repeated after a resume` : ''}; tokens: ${input} in, ${output} out, ${cacheRead} read from cache, ${cacheWrite} written to cache`,
      ...economyLines(state).map((line) => `  ${line}`),
    );
  }
  for (const { grant, prefix, by } of state.grants) {
    const what = prefix === undefined ? 'every command' : `commands that begin with "${prefix}"`;
    lines.push(
      `  Allowed for this run by ${by}: ${what}. Take it back: muster deny ${state.runId} '${grant}'`,
    );
  }
  lines.push(...nextSteps(state).map((line) => `  ${line}`));
  if (state.results) lines.push('', state.results);
  return lines.join('\n');
}

function changeLine(file: ReviewedFile): string {
  const { additions, deletions, undivided } = file;
  const notes = [
    fileDecision(file),
    ...encodingWords(file),
    ...(undivided === undefined ? [] : [`whole file: ${undividedWords[undivided]}`]),
    ...(lacksOwnYes(file) ? ['protected: needs --allow-protected'] : []),
  ];
  return `  ${fileStatus(file).padEnd(10)} ${shownPath(file)} +${additions} -${deletions} (${notes.join('; ')})`;
}

function nextSteps(state: RunState): string[] {
  const { runId } = state;
  const steps = openApprovals(state).map((approval) => approvalStep(runId, approval));
  if (state.status === 'reviewing')
    steps.push(
      `The changes wait for a decision: muster apply ${runId} (or see muster patch ${runId})`,
    );
  if (canRevert(state)) steps.push(`It can be taken back: muster revert ${runId}`);
  if (state.status === 'interrupted') steps.push(`It can go on: muster resume ${runId}`);
  return steps;
}

export async function transcriptText(
  state: RunState,
  body: (ref: BodyRef) => Promise<string>,
): Promise<string> {
  const parts: string[] = [];
  for (const conversation of state.conversations) {
    parts.push(`# ${conversation.conversationId} (${conversation.agent}, ${conversation.model})`);
    parts.push(await body(conversation.first));
    for (const turn of conversation.turns) {
      if (turn.text) parts.push(`## ${turn.turnId}\n${turn.text}`);
      for (const call of turn.calls) {
        const result = call.content ? await body(call.content) : call.status;
        parts.push(`## ${call.name}: ${call.title}\n${result}`);
      }
      for (const note of turn.notes) parts.push(`## Muster\n${await body(note)}`);
    }
  }
  return parts.join('\n\n');
}

function approvalStep(runId: string, approval: ApprovalState): string {
  switch (approval.kind) {
    case 'plan':
      return `The plan waits for approval: muster approve ${runId}, or muster reject ${runId}`;
    case 'questions':
      return `Questions wait for answers: muster answer ${runId} --answers FILE`;
    case 'command':
      return `A command waits for permission: ${approval.command ?? ''}\n    muster allow ${runId} '${approval.approvalId}', or muster deny${approval.prefix === undefined ? '' : `\n    for all that begins with "${approval.prefix}" in this run: muster allow --for-run`}`;
    case 'budget':
      return approval.ceiling ? ceilingStep(runId, approval.approvalId, approval.ceiling) : '';
  }
}
