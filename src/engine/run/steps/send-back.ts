/** Hands a task back to its agent with the person's comments, in its lane at the run head. */
import {
  basePath,
  fileDecision,
  type Hunk,
  type ReviewComment,
  type ReviewedFile,
  shownPath,
} from '../../../shared/changes.ts';
import type { EventBody } from '../../../shared/events.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { taskById } from '../../../shared/reduce-tasks.ts';
import type { RunState } from '../../../shared/run-state.ts';
import { sentBackNote } from '../../prompts/feedback.ts';
import { quoteHunk } from '../../review/quote-hunk.ts';
import { conversationFor, workOn } from '../converse.ts';
import type { RunContext } from '../run-context.ts';

export async function sendBackTask(
  context: RunContext,
  taskId: TaskId,
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { staging, journal } = context.ports;
  const state = context.state();
  const task = taskById(state, taskId);
  const conversation = task && conversationFor(state, workOn(task));
  if (!task?.sentBack || !task.laneId || task.base === undefined || !conversation) {
    throw new Error(`Task ${taskId} has nothing that was sent back`);
  }
  await staging.openLane(task.laneId, { base: task.base }, signal);
  const files = state.earlierDecisions ?? [];
  const text = sentBackNote({
    comments: await Promise.all(task.sentBack.map((each) => quoted(context, files, each))),
    rejected: await rejectedHunks(context, files),
    edited: files.filter((file) => file.edited).map(({ path }) => path),
  });
  const feedback = task.sentBack.map((each) => `${each.path}: ${each.text}`).join('\n');
  const { conversationId } = conversation;
  return [
    { type: 'task:retry', taskId, attempt: 1, feedback },
    {
      type: 'conversation:note',
      conversationId,
      reason: 'feedback',
      note: await journal.putBody(text),
    },
  ];
}

type Quoted = { path: string; quote: string };

async function quoted(
  context: RunContext,
  files: readonly ReviewedFile[],
  { path, hunk, text }: ReviewComment,
): Promise<Quoted & { text: string }> {
  const file = files.find((each) => each.path === path);
  const found = file?.hunks.find((each) => hunk !== undefined && each.id === hunk);
  if (!file) return { path, text, quote: '' };
  const quote = found ? await quoteOf(context, file, found) : '';
  return { path: shownPath(file), text, quote };
}

async function rejectedHunks(
  context: RunContext,
  files: readonly ReviewedFile[],
): Promise<Quoted[]> {
  const found: Quoted[] = [];
  for (const file of files) {
    const { hunks, decisions, renamedFrom } = file;
    const path = shownPath(file);
    // The name is no part of any hunk.
    const whole = hunks.length === 0 || renamedFrom !== undefined;
    if (whole && fileDecision(file) === 'rejected') found.push({ path, quote: '' });
    for (const hunk of hunks) {
      if (decisions[hunk.id] !== 'rejected') continue;
      found.push({ path, quote: await quoteOf(context, file, hunk) });
    }
  }
  return found;
}

/** From the change set as it was reviewed. */
async function quoteOf(context: RunContext, file: ReviewedFile, hunk: Hunk): Promise<string> {
  const { base, head } = reviewedTrees(context.state());
  const { staging } = context.ports;
  const before = await staging.readFile(base, basePath(file));
  const proposed = await staging.readFile(head, file.path);
  return quoteHunk(hunk, { before, proposed, encoding: file.encoding });
}

function reviewedTrees({ snapshot, head, earlierTrees }: RunState): { base: string; head: string } {
  if (earlierTrees) return earlierTrees;
  if (!snapshot || head === undefined) throw new Error('There is no change set to quote from');
  return { base: snapshot.commit, head };
}
