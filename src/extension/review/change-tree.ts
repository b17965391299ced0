/** The change set as a tree: by file, or by the task and agent that wrote it. */
import * as vscode from 'vscode';
import { fileDecision, type ReviewedFile, shownPath } from '../../shared/changes.ts';
import { fileStateWords, fileStatus, sizeWords, totalUndecided } from '../../shared/file-state.ts';
import { type AuthorGroup, groupByAuthor } from '../../shared/group-by-author.ts';
import { showHidden } from '../../shared/hidden-characters.ts';
import type { RunId } from '../../shared/ids.ts';
import { protectionWords } from '../../shared/protected-files.ts';
import type { RunState } from '../../shared/run-state.ts';
import { undividedWords } from '../../shared/undivided.ts';
import { changesViewId, commandIds } from '../ids.ts';
import { reviewUri } from '../review-uris.ts';

type Node = { group: AuthorGroup } | { runId: RunId; path: string; file: ReviewedFile };

export class ChangeTree implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<Node>;
  #run: RunState | null = null;
  #by: 'file' | 'task' = 'file';

  constructor() {
    const provider: vscode.TreeDataProvider<Node> = {
      onDidChangeTreeData: this.#changed.event,
      getChildren: (node) => this.#children(node),
      getTreeItem: (node) => ('group' in node ? groupItem(node.group) : this.#fileItem(node)),
    };
    this.#view = vscode.window.createTreeView(changesViewId, {
      treeDataProvider: provider,
      showCollapseAll: false,
    });
    this.groupBy('file');
  }

  show(run: RunState | null): void {
    if (
      this.#run === run ||
      (this.#run?.changes === run?.changes && this.#run?.runId === run?.runId)
    ) {
      return;
    }
    this.#run = run;
    const undecided = totalUndecided(run?.changes?.files ?? []);
    this.#view.badge =
      undecided > 0 ? { value: undecided, tooltip: `${undecided} undecided changes` } : undefined;
    this.#changed.fire(undefined);
  }

  groupBy(by: 'file' | 'task'): void {
    this.#by = by;
    void vscode.commands.executeCommand('setContext', 'muster.changesByTask', by === 'task');
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }

  #children(node: Node | undefined): Node[] {
    if (!this.#run) return [];
    const { runId, changes } = this.#run;
    const fileNode = (file: ReviewedFile) => ({ runId, path: file.path, file });
    if (node) return 'group' in node ? node.group.files.map(fileNode) : [];
    if (this.#by === 'task') return groupByAuthor(this.#run).map((group) => ({ group }));
    return (changes?.files ?? []).map(fileNode);
  }

  #fileItem({ runId, path, file }: Exclude<Node, { group: unknown }>): vscode.TreeItem {
    const { renamedFrom } = file;
    const renamed = renamedFrom === undefined ? [] : [`renamed from ${showHidden(renamedFrom)}`];
    const words = [...renamed, fileStateWords(file), sizeWords(file)].join(' · ');
    const shown = showHidden(shownPath(file));
    const item = new vscode.TreeItem(showHidden(path.slice(path.lastIndexOf('/') + 1)));
    item.id = `${this.#by} ${path}`;
    item.description = words;
    item.tooltip = [shown, words, ...reasons(file)].join('\n');
    item.contextValue = `file-${fileDecision(file)}`;
    item.iconPath = new vscode.ThemeIcon(icons[fileStatus(file)]);
    item.accessibilityInformation = { label: `${shown}, ${words}` };
    item.resourceUri = reviewUri({ side: 'proposed', runId, path });
    item.command = {
      title: 'Open the diff',
      command: commandIds.reviewChanges,
      arguments: [{ runId, path }],
    };
    return item;
  }
}

/** Why it is protected, in conflict or one piece; its place in the file stands in the panel. */
function reasons({ protected: kind, conflict, undivided }: ReviewedFile): string[] {
  return [
    ...(kind === undefined ? [] : [`Protected: ${protectionWords[kind]}.`]),
    ...(conflict === undefined ? [] : [`Conflict: ${conflict.reason}.`]),
    ...(undivided === undefined ? [] : [`Whole file: ${undividedWords[undivided]}.`]),
  ];
}

const icons = {
  added: 'diff-added',
  modified: 'diff-modified',
  deleted: 'diff-removed',
  renamed: 'diff-renamed',
} as const;

function groupItem({ id, title, agent, files }: AuthorGroup): vscode.TreeItem {
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
  const open = totalUndecided(files);
  item.id = `task ${id}`;
  item.description = [agent, open === 0 ? 'decided' : `${open} undecided`]
    .filter(Boolean)
    .join(' · ');
  item.iconPath = new vscode.ThemeIcon('person');
  return item;
}
