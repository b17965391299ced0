/** Documents with unsaved changes, edited for an apply as text and left unsaved. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { BufferEdit, Buffers, OpenText } from '../node/apply/editor-hooks.ts';
import { MusterError } from '../shared/muster-error.ts';

export function openDocuments(workspace: string): Buffers {
  return {
    async unsaved() {
      const found: OpenText[] = [];
      for (const document of dirtyDocuments()) {
        const name = nameIn(workspace, document.uri);
        if (name !== undefined) found.push({ path: name, bytes: await bytesOf(document) });
      }
      return found;
    },
    async edit(edits) {
      const drafts = [];
      for (const edit of edits) drafts.push(await draftOf(workspace, edit));
      // Nothing is awaited from here to the call, so nobody types in between.
      const typedIn = drafts.find(({ document, version }) => document.version !== version);
      if (typedIn) throw changedMeanwhile(typedIn.path);
      const whole = new vscode.WorkspaceEdit();
      for (const { document, text } of drafts) {
        const { range, inserted } = smallestEdit(document, text);
        whole.replace(document.uri, range, inserted);
      }
      if (await vscode.workspace.applyEdit(whole)) return;
      throw changedMeanwhile(drafts.map((each) => each.path).join(', '));
    },
  };
}

function dirtyDocuments(): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && !document.isClosed && document.uri.scheme === 'file',
  );
}

/** Undefined for what is not below the workspace. */
export function nameIn(workspace: string, uri: vscode.Uri): string | undefined {
  const name = path.relative(workspace, uri.fsPath).split(path.sep).join('/');
  return name === '..' || name.startsWith('../') || path.isAbsolute(name) ? undefined : name;
}

function bytesOf(document: vscode.TextDocument): Promise<Uint8Array> {
  return encode(document, document.getText());
}

async function encode({ encoding }: vscode.TextDocument, text: string): Promise<Uint8Array> {
  return vscode.workspace.encode(text, { encoding });
}

type Draft = { path: string; document: vscode.TextDocument; version: number; text: string };

async function draftOf(workspace: string, edit: BufferEdit): Promise<Draft> {
  const { path: name, before, after } = edit;
  const document = dirtyDocuments().find((each) => nameIn(workspace, each.uri) === name);
  if (!document) throw changedMeanwhile(name);
  const { version, encoding } = document;
  if (!isEqual(await bytesOf(document), before)) throw changedMeanwhile(name);
  const text = await vscode.workspace.decode(after, { encoding });
  // A document has one end of line and one encoding: what does not fit would come out otherwise.
  const holds = withEnds(text, document.eol) === text;
  if (holds && isEqual(await encode(document, text), after))
    return { path: name, document, version, text };
  throw new MusterError(
    'apply-failed',
    `${name} has unsaved changes, and its ends of line or its encoding cannot be kept while it has. Save it, then try again`,
  );
}

function withEnds(text: string, eol: vscode.EndOfLine): string {
  return text.replace(/\r\n|\r|\n/g, eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
}

/** From the first line that differs to the last, so that cursors and marks elsewhere stay. */
function smallestEdit(
  document: vscode.TextDocument,
  text: string,
): { range: vscode.Range; inserted: string } {
  const before = document.getText();
  const shorter = Math.min(before.length, text.length);
  let start = 0;
  while (start < shorter && before[start] === text[start]) start += 1;
  start = before.lastIndexOf('\n', start - 1) + 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === text.at(-1 - end)) end += 1;
  // Not through the middle of a line, nor of an end of line or a character of two units.
  const nextLine = before.indexOf('\n', before.length - end);
  end = nextLine < 0 ? 0 : Math.min(end, before.length - nextLine - 1);
  const range = new vscode.Range(
    document.positionAt(start),
    document.positionAt(before.length - end),
  );
  return { range, inserted: text.slice(start, text.length - end) };
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

function changedMeanwhile(names: string): MusterError {
  return new MusterError('apply-failed', `${names} was typed in or saved just now`);
}
