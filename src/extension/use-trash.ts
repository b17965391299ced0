/** Deletes a file into the trash where the editor has one here. */
import * as vscode from 'vscode';

/** @returns false where there is no trash, or the person has switched it off */
export async function useTrash(file: string): Promise<boolean> {
  if (!vscode.workspace.getConfiguration('files').get<boolean>('enableTrash', true)) return false;
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(file), { useTrash: true });
    return true;
  } catch {
    return false;
  }
}
