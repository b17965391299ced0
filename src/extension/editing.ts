/** What is being typed in the editor and is not on disk yet. */
import * as vscode from 'vscode';
import type { Editing } from '../node/run-host-options.ts';
import { nameIn, openDocuments } from './open-documents.ts';
import { useTrash } from './use-trash.ts';

export function createEditing(workspace: string): Editing {
  const buffers = openDocuments(workspace);
  return {
    unsaved: () => buffers.unsaved(),
    buffers,
    trash: useTrash,
    // A part of a notebook's file is no notebook: there is nothing that could be edited in it.
    isBeingEdited: (name) =>
      vscode.workspace.notebookDocuments.some(
        (notebook) => notebook.isDirty && nameIn(workspace, notebook.uri) === name,
      ),
  };
}
