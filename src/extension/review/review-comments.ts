/** Comments on the lines of a proposal: kept until they are sent, then gone to the agent that wrote the lines. */
import * as vscode from 'vscode';
import type { ReviewComment, ReviewedFile } from '../../shared/changes.ts';
import type { RunEvent } from '../../shared/events.ts';
import { placeHunks } from '../../shared/hunk-places.ts';
import type { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { parseReviewUri } from '../review-uris.ts';
import type { ReviewFilesSource } from './review-files.ts';

type Kept = { thread: vscode.CommentThread; runId: RunId; path: string };

export class ReviewComments implements vscode.Disposable {
  readonly #source: ReviewFilesSource;
  readonly #controller = vscode.comments.createCommentController('muster.review', 'Muster');
  readonly #kept: Kept[] = [];

  constructor(source: ReviewFilesSource) {
    this.#source = source;
    this.#controller.options = {
      prompt: 'Ask for a change',
      placeHolder: 'What should be different? It goes to the agent that wrote this.',
    };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: (document) => this.#ranges(document),
    };
  }

  /** Leaves the comment at its lines, to be sent with others. */
  keep(reply: unknown): void {
    const { thread, text } = requireReply(reply);
    this.#keep(thread, text);
  }

  /** Sends the comment, and all that were kept in this run. */
  async send(reply: unknown): Promise<void> {
    const thread = isReply(reply) ? reply.thread : undefined;
    if (isReply(reply) && reply.text.trim() !== '') this.#keep(reply.thread, reply.text);
    const first = this.#kept.find((each) => each.thread === thread) ?? this.#kept[0];
    if (!first) throw new MusterError('bad-input', 'Write first what should be different.');
    await this.#sendAll(first.runId);
  }

  async sendFor(runId: RunId, path: string, text: string): Promise<void> {
    await this.#sendAll(runId, { path, text });
  }

  /** Takes a comment back that was not sent. */
  discard(thread: unknown): void {
    const index = this.#kept.findIndex(
      (each) => each.thread === thread || each.thread === threadOf(thread),
    );
    const [kept] = index < 0 ? [] : this.#kept.splice(index, 1);
    kept?.thread.dispose();
  }

  /** Comments that were sent, from whatever window, are the agent's now. */
  onEvents(runId: RunId, events: readonly RunEvent[]): void {
    if (!events.some((event) => event.type === 'change:commented')) return;
    for (const kept of this.#kept.filter((each) => each.runId === runId)) this.discard(kept.thread);
  }

  dispose(): void {
    this.#controller.dispose();
  }

  async #sendAll(runId: RunId, more?: ReviewComment): Promise<void> {
    const { changes } = await this.#source.state(runId);
    const comments = this.#kept
      .filter((each) => each.runId === runId)
      .map(({ thread, path }) => {
        const file = changes?.files.find((each) => each.path === path);
        const hunk = file && hunkAt(file, thread.range);
        const text = thread.comments.map(({ body }) => String(body)).join('\n');
        return { path, ...(hunk === undefined ? {} : { hunk }), text };
      });
    await this.#source.instruct(runId, {
      do: 'send-back',
      comments: [...comments, ...(more ? [more] : [])],
    });
  }

  #keep(thread: vscode.CommentThread, text: string): void {
    const at = parseReviewUri(thread.uri);
    if (!at) return;
    const comment: vscode.Comment = {
      body: text,
      mode: vscode.CommentMode.Preview,
      author: { name: 'You' },
      label: 'not sent yet',
    };
    thread.comments = [...thread.comments, comment];
    thread.label = 'For the agent that wrote this';
    thread.contextValue = 'kept';
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    if (this.#kept.some((each) => each.thread === thread)) return;
    this.#kept.push({ thread, runId: at.runId, path: at.path });
  }

  async #ranges(document: vscode.TextDocument): Promise<vscode.Range[]> {
    const at = parseReviewUri(document.uri);
    if (at?.side !== 'proposed') return [];
    const state = await this.#source.state(at.runId);
    const known = state.changes?.files.some((file) => file.path === at.path);
    if (!known || state.status !== 'reviewing') return [];
    return [new vscode.Range(0, 0, Math.max(0, document.lineCount - 1), 0)];
  }
}

/** The hunk that a comment stands at, or the one right above it. */
function hunkAt(file: ReviewedFile, range: vscode.Range | undefined): string | undefined {
  if (!range) return undefined;
  const { start, end } = range;
  return placeHunks(file).find(
    ({ line, lines }) => line <= end.line && start.line <= line + Math.max(0, lines - 1),
  )?.hunk.id;
}

function isReply(value: unknown): value is vscode.CommentReply {
  return typeof value === 'object' && value !== null && 'thread' in value && 'text' in value;
}

function threadOf(value: unknown): unknown {
  return isReply(value) ? value.thread : undefined;
}

function requireReply(value: unknown): vscode.CommentReply {
  if (isReply(value) && value.text.trim() !== '') return value;
  throw new MusterError('bad-input', 'Write first what should be different.');
}
