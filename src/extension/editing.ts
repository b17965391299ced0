/** What is being typed in the editor and is not on disk yet. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { Editing } from '../node/run-host.ts';

export function createEditing(workspace: string): Editing {
  const dirty = () =>
    vscode.workspace.textDocuments.filter(
      (document) => document.isDirty && document.uri.scheme === 'file',
    );
  const relative = (file: string) => path.relative(workspace, file).split(path.sep).join('/');
  return {
    async unsaved() {
      const files = [];
      for (const document of dirty()) {
        const name = relative(document.uri.fsPath);
        if (name.startsWith('../') || path.isAbsolute(name)) continue;
        const bytes = await vscode.workspace.encode(document.getText(), { uri: document.uri });
        files.push({ path: name, bytes });
      }
      return files;
    },
    isBeingEdited: (name) =>
      dirty().some((document) => relative(document.uri.fsPath) === name) ||
      vscode.workspace.notebookDocuments.some(
        (notebook) => notebook.isDirty && relative(notebook.uri.fsPath) === name,
      ),
  };
}
