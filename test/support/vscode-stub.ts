/** Loads modules of the extension outside the editor, with a `vscode` in which whatever is not given is there and does nothing. */
import { registerHooks } from 'node:module';

declare global {
  var musterVscodeStub: unknown;
}

/** Each import has a stub of its own; modules that were loaded before keep theirs. */
let count = 0;

const source = `const stub = globalThis.musterVscodeStub;
export const { workspace, window, commands, languages, env, Uri, Range, Position, Disposable, EventEmitter, ThemeColor, ThemeIcon, CodeLens, TabInputTextDiff, TabInputCustom, ViewColumn, StatusBarAlignment, comments, extensions, authentication, lm, CommentMode, CommentThreadCollapsibleState, DecorationRangeBehavior, EndOfLine, FileChangeType, FilePermission, FileSystemError, FileType, OverviewRulerLane, Selection, TextEditorRevealType, TextEditorSelectionChangeKind, TreeItem, TreeItemCollapsibleState, WorkspaceEdit } = stub;
export default stub;`;

/** @param module from the root of the repository */
export async function importWithVscode<Module>(module: string, given: object): Promise<Module> {
  globalThis.musterVscodeStub = anything(given);
  count += 1;
  const url = `data:text/javascript,${encodeURIComponent(`${source}\n//${count}`)}`;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url, shortCircuit: true } : next(specifier, context),
  });
  try {
    return await import(new URL(`../../${module}`, import.meta.url).href);
  } finally {
    hooks.deregister();
  }
}

/** What is given, as it is; all else can be called, made and asked for more. */
function anything(given: object = {}): object {
  return new Proxy(function nothing() {}, {
    get(_, name) {
      if (name in given) {
        const value: unknown = Reflect.get(given, name);
        return typeof value === 'object' && value !== null && !Array.isArray(value)
          ? anything(value)
          : value;
      }
      return name === 'then' || typeof name === 'symbol' ? undefined : anything();
    },
    set: () => true,
    apply: () => anything(),
    construct: () => anything(),
  });
}
