/** The sides of a review as files: the base to read, the proposal to write into while it is reviewed. */
import * as vscode from 'vscode';
import type { SavedText } from '../../node/review/propose-edit.ts';
import type { RunId } from '../../shared/ids.ts';
import type { Instruction } from '../../shared/instruction.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import { schemes } from '../ids.ts';
import { parseReviewUri, type ReviewedUri } from '../review-uris.ts';
import { isGarbled } from './is-garbled.ts';
import { KeptCursors } from './kept-cursors.ts';
import type { ReviewSource, ShownTexts } from './shown-texts.ts';
import { takeOver } from './take-over.ts';

export type ReviewFilesSource = ReviewSource & {
  instruct(runId: RunId, instruction: Instruction): Promise<void>;
  /** Has the state as it is now, also of a run that another window executes. */
  look(runId: RunId): Promise<unknown>;
};

/** What the editor was given last. While its document has unsaved changes it is kept equal to what is shown. */
type Served = { bytes: Uint8Array; mtime: number };

/** A save that was given up says nothing. */
const longestSaveMs = 10_000;

/** How often an edit is put onto a proposal that was changed elsewhere at the same moment. */
const tries = 3;

export class ReviewFiles implements vscode.Disposable {
  readonly cursors = new KeptCursors();
  readonly #source: ReviewFilesSource;
  readonly #texts: ShownTexts;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #served = new Map<string, Served>();
  /** Documents that are being saved, and until when that is believed: what is saved is what they were given. */
  readonly #saving = new Map<string, number>();
  /** Decisions on their way into documents with unsaved changes; a save waits for them. */
  readonly #takingOver = new Map<string, Promise<void>>();
  /** Saved documents that do not hold what the review shows. */
  readonly #stale = new Set<string>();
  /** What stood in a document before whatever edits at a save did. */
  readonly #typed = new Map<string, Uint8Array>();
  readonly #listening: vscode.Disposable;
  readonly onDidChangeFile = this.#changed.event;

  constructor(source: ReviewFilesSource, texts: ShownTexts) {
    this.#source = source;
    this.#texts = texts;
    const isOurs = ({ uri }: vscode.TextDocument) => uri.scheme === schemes.proposed;
    this.#listening = vscode.Disposable.from(
      this.#changed,
      this.cursors,
      vscode.workspace.onWillSaveTextDocument((event) => {
        if (isOurs(event.document)) event.waitUntil(this.#beforeSave(event.document));
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (isOurs(document)) void this.#afterSave(document.uri);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#served.delete(uri.toString());
        this.#typed.delete(uri.toString());
      }),
    );
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const at = requireReviewUri(uri);
    const served = await this.#serve(uri, at);
    const { status } = await this.#source.state(at.runId);
    const writable = at.side === 'proposed' && status === 'reviewing';
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: served.mtime,
      size: served.bytes.length,
      ...(writable ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#serve(uri, requireReviewUri(uri))).bytes;
  }

  async writeFile(uri: vscode.Uri, saved: Uint8Array): Promise<void> {
    const at = requireReviewUri(uri);
    const key = uri.toString();
    if (at.side === 'base') throw vscode.FileSystemError.NoPermissions(uri);
    const { bytes: served } = await this.#serve(uri, at);
    this.#saving.set(key, Date.now() + longestSaveMs);
    try {
      if (await isGarbled(served, encodingOf(key))) throw garbled(at.path);
      await this.#propose(at, this.#savedText(key, { served, saved }));
    } catch (error) {
      this.#saving.delete(key);
      if (isMusterError(error)) throw new vscode.FileSystemError(error.userMessage);
      throw error;
    }
    await this.#source.look(at.runId);
    const shown = await this.#shown(at);
    this.#served.set(key, { bytes: shown, mtime: laterThan(this.#served.get(key)) });
    if (Buffer.compare(shown, saved) !== 0) this.#stale.add(key);
  }

  /** Shows what was decided or edited: in a document with unsaved changes by an edit of it. */
  async refresh(uri: vscode.Uri): Promise<void> {
    const at = parseReviewUri(uri);
    const key = uri.toString();
    const before = this.#served.get(key);
    if (!at || !before || this.#isSaving(key)) return;
    await this.#takingOver.get(key);
    const now = await this.#shown(at);
    if (
      Buffer.compare(before.bytes, now) === 0 ||
      this.#served.get(key) !== before ||
      this.#isSaving(key)
    )
      return;
    const document = vscode.workspace.textDocuments.find(
      (each) => !each.isClosed && each.isDirty && each.uri.toString() === key,
    );
    if (!document) {
      this.cursors.keep(uri, { before: before.bytes, now });
      return this.#announce(uri, now);
    }
    const taking = takeOver(document, { base: before.bytes, now }).then((taken) => {
      // The time stays: the document is as new as what it is compared with at its save.
      if (taken) this.#served.set(key, { ...before, bytes: now });
    });
    this.#takingOver.set(key, taking);
    await taking.finally(() => this.#takingOver.delete(key));
  }

  /** Whether a side can be written into is asked for anew, though its text may be the same. */
  statusChanged(runId: RunId): void {
    const open = [...this.#served.keys()].map((key) => vscode.Uri.parse(key, true));
    const ours = open.filter((uri) => parseReviewUri(uri)?.runId === runId);
    this.#changed.fire(ours.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  /** @returns the paths that had unsaved text, which is part of the proposal now */
  async saveAll(runId: RunId): Promise<string[]> {
    const saved: string[] = [];
    for (const document of vscode.workspace.textDocuments) {
      const at = document.isDirty ? parseReviewUri(document.uri) : undefined;
      if (at?.runId !== runId) continue;
      if (!(await document.save())) throw notSaved(at.path);
      saved.push(at.path);
    }
    return saved;
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async #serve(uri: vscode.Uri, at: ReviewedUri): Promise<Served> {
    const key = uri.toString();
    const known = this.#served.get(key);
    if (known) return known;
    const served = { bytes: await this.#shown(at), mtime: laterThan(undefined) };
    this.#served.set(key, served);
    return served;
  }

  /** A side that does not exist is shown as an empty file. */
  async #shown(at: ReviewedUri): Promise<Uint8Array> {
    return (await this.#texts.of(at)) ?? new Uint8Array();
  }

  #announce(uri: vscode.Uri, bytes: Uint8Array): void {
    const key = uri.toString();
    this.#served.set(key, { bytes, mtime: laterThan(this.#served.get(key)) });
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  #savedText(key: string, texts: { served: Uint8Array; saved: Uint8Array }) {
    const typed = this.#typed.get(key);
    this.#typed.delete(key);
    return { ...texts, ...(typed && { typed }) };
  }

  async #propose({ runId, path }: ReviewedUri, texts: Omit<SavedText, 'path'>): Promise<void> {
    const text = { path, ...texts };
    const host = await this.#source.host();
    for (let left = tries; left > 0; left -= 1) {
      const staged = await host.stageEdit(runId, text, new AbortController().signal);
      if (!staged) return;
      try {
        return await this.#source.instruct(runId, { do: 'edit-change', ...staged });
      } catch (error) {
        const { changes } = await host.state(runId);
        const edited = changes !== undefined && changes.head !== staged.basedOn;
        if (!edited || left === 1 || !isMusterError(error)) throw error;
      }
    }
  }

  #isSaving(key: string): boolean {
    return (this.#saving.get(key) ?? 0) > Date.now();
  }

  async #beforeSave(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    await this.#takingOver.get(key);
    this.#saving.set(key, Date.now() + longestSaveMs);
    await this.#noteTyped(document);
  }

  async #noteTyped(document: vscode.TextDocument): Promise<void> {
    const { encoding } = document;
    const bytes = await vscode.workspace.encode(document.getText(), { encoding });
    this.#typed.set(document.uri.toString(), bytes);
  }

  /** What was decided during the save is shown now. */
  async #afterSave(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    this.#saving.delete(key);
    const served = this.#served.get(key);
    if (this.#stale.delete(key) && served) this.#announce(uri, served.bytes);
    await this.refresh(uri);
  }
}

/** Editors compare these by time. */
function laterThan(served: Served | undefined): number {
  return Math.max(Date.now(), (served?.mtime ?? 0) + 1);
}

function notSaved(path: string): MusterError {
  return new MusterError(
    'wrong-decision',
    `What you typed into the review of ${path} could not be saved. Save it or undo it, then try again.`,
  );
}

function encodingOf(key: string): string {
  const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === key);
  return open?.encoding ?? 'utf8';
}

function garbled(path: string): MusterError {
  return new MusterError(
    'wrong-decision',
    `The encoding of ${path} cannot be told, so that saving it as it is shown would change bytes that nobody touched. Nothing was saved, and your text is kept in the editor. Undo it and choose the encoding ("Change File Encoding", "Reopen with Encoding"), or decide on its changes as they are.`,
  );
}

function requireReviewUri(uri: vscode.Uri): ReviewedUri {
  const at = parseReviewUri(uri);
  if (!at) throw vscode.FileSystemError.FileNotFound(uri);
  return at;
}
