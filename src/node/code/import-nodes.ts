/** Which nodes of a syntax tree bring in another file or module, and what they name. */
import type { Node, TreeCursor } from '@vscode/tree-sitter-wasm';

/** @returns the module or file as it is written, without quotes; undefined for any other node */
export function importOf(cursor: TreeCursor, grammar: string): string | undefined {
  const find = Object.hasOwn(finders, grammar) ? finders[grammar] : undefined;
  const read = find && Object.hasOwn(find, cursor.nodeType) ? find[cursor.nodeType] : undefined;
  return read?.(cursor.currentNode)?.slice(0, 500);
}

type Finder = Record<string, (node: Node) => string | undefined>;

const field = (name: string) => (node: Node) => unquoted(node.childForFieldName(name));
const firstChild = (node: Node) => unquoted(node.namedChild(0));

const script: Finder = {
  import_statement: (node) => field('source')(node) ?? unquoted(descendant(node, 'string')),
  export_statement: field('source'),
  call_expression: (node) => {
    const called = node.childForFieldName('function');
    if (called?.type !== 'import' && called?.text !== 'require') return undefined;
    const argument = node.childForFieldName('arguments')?.namedChild(0);
    return argument?.type === 'string' ? unquoted(argument) : undefined;
  },
};

const c: Finder = { preproc_include: field('path') };

const finders: Record<string, Finder> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python: {
    import_statement: (node) => textOf(node.childForFieldName('name'))?.replace(/\s+as\s.*$/s, ''),
    import_from_statement: (node) => {
      const from = textOf(node.childForFieldName('module_name'));
      // `from . import a` names a module of the package, not the package.
      const first = textOf(node.childForFieldName('name'))?.replace(/\s+as\s.*$/s, '');
      return from !== undefined && /^\.+$/.test(from) ? `${from}${first ?? ''}` : from;
    },
  },
  go: { import_spec: field('path') },
  rust: {
    use_declaration: (node) => textOf(node.childForFieldName('argument')),
    extern_crate_declaration: (node) => textOf(node.childForFieldName('name')),
    mod_item: (node) =>
      node.childForFieldName('body')
        ? undefined
        : `mod ${textOf(node.childForFieldName('name')) ?? ''}`,
  },
  java: {
    import_declaration: (node) => node.text.replace(/^import\s+(static\s+)?|;\s*$/g, '').trim(),
  },
  c,
  cpp: c,
  'c-sharp': {
    using_directive: (node) =>
      node.text.replace(/^(global\s+)?using\s+(static\s+)?|;\s*$/g, '').trim(),
  },
  ruby: {
    call: (node) => {
      const method = node.childForFieldName('method')?.text;
      if (method !== 'require' && method !== 'require_relative') return undefined;
      const argument = node.childForFieldName('arguments')?.namedChild(0);
      if (argument?.type !== 'string') return undefined;
      const source = unquoted(argument);
      return method === 'require_relative' && source !== undefined && !source.startsWith('.')
        ? `./${source}`
        : source;
    },
  },
  php: {
    namespace_use_clause: firstChild,
    require_expression: phpFile,
    require_once_expression: phpFile,
    include_expression: phpFile,
    include_once_expression: phpFile,
  },
};

/** `__DIR__ . '/a.php'` as much as `'a.php'`. */
function phpFile(node: Node): string | undefined {
  const text = unquoted(descendant(node, 'string') ?? descendant(node, 'encapsed_string'));
  if (text === undefined) return undefined;
  return node.text.includes('__DIR__') ? `.${text.startsWith('/') ? '' : '/'}${text}` : text;
}

function descendant(node: Node, type: string): Node | null {
  return node.descendantsOfType(type)[0] ?? null;
}

function textOf(node: Node | null | undefined): string | undefined {
  return node?.text.trim();
}

function unquoted(node: Node | null | undefined): string | undefined {
  return textOf(node)?.replace(/^(["'`<])(.*)(["'`>])$/s, '$2');
}
