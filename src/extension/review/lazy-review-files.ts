/** Registers the review's files at activation, so that a reloaded window can show them, and loads the rest when one is read. */
import * as vscode from 'vscode';
import { schemes } from '../ids.ts';
import type { ReviewFiles } from './review-files.ts';

export function registerReviewFiles(load: () => Promise<ReviewFiles>): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  let listening: vscode.Disposable | undefined;
  const files = async (): Promise<ReviewFiles> => {
    const loaded = await load();
    listening ??= loaded.onDidChangeFile((events) => changed.fire(events));
    return loaded;
  };
  const refuse = (uri: vscode.Uri): never => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => {}),
    stat: async (uri) => (await files()).stat(uri),
    readFile: async (uri) => (await files()).readFile(uri),
    writeFile: async (uri, content) => (await files()).writeFile(uri, content),
    readDirectory: () => [],
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };
  return vscode.Disposable.from(
    changed,
    { dispose: () => listening?.dispose() },
    vscode.workspace.registerFileSystemProvider(schemes.base, provider, {
      isCaseSensitive: true,
      isReadonly: true,
    }),
    vscode.workspace.registerFileSystemProvider(schemes.proposed, provider, {
      isCaseSensitive: true,
    }),
  );
}
