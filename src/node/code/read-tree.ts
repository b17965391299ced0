/** Reads declarations, imports and uses of a name out of a syntax tree, in one walk. */
import type { Node, Tree, TreeCursor } from '@vscode/tree-sitter-wasm';
import type { Declaration, Parsed } from './code-messages.ts';
import { importOf } from './import-nodes.ts';
import type { Language } from './languages.ts';

const maxDeclarations = 5000;
const maxImports = 2000;
const maxUses = 1000;

type Open = { until: number; name?: string; isFunction: boolean };

/** @param isLate asked now and then; a tree that takes too long gives what was read so far */
export function readTree(
  tree: Tree,
  { language, name }: { language: Language; name: string | undefined },
  isLate: () => boolean,
): Parsed {
  const parsed: Parsed = {
    declarations: [],
    imports: [],
    lines: [],
    broken: tree.rootNode.hasError,
    more: false,
  };
  const uses = new Set<number>();
  const open: Open[] = [];
  let visited = 0;
  walk(tree, (cursor) => {
    visited += 1;
    if (visited % 4096 === 0 && isLate()) {
      parsed.more = true;
      return 'stop';
    }
    while ((open.at(-1)?.until ?? Infinity) <= cursor.startIndex) open.pop();
    if (!cursor.nodeIsNamed) return undefined;
    const type = cursor.nodeType;
    const isFunction = language.functions.includes(type);
    const kind = Object.hasOwn(language.declares, type) ? language.declares[type] : undefined;
    const inFunction = open.some((each) => each.isFunction);
    let named: string | undefined;
    if (kind !== undefined && !(inFunction && language.outsideFunctions?.includes(type))) {
      const node = cursor.currentNode;
      for (const declared of declarationsOf(node, kind)) {
        named ??= declared.name;
        const inside = open.flatMap((each) => each.name ?? []);
        if (parsed.declarations.length >= maxDeclarations) parsed.more = true;
        else parsed.declarations.push({ ...declared, inside, depth: inside.length });
      }
    }
    if (isFunction || named !== undefined) {
      open.push({
        until: cursor.endIndex,
        isFunction,
        ...(named === undefined ? {} : { name: named }),
      });
    }
    if (parsed.imports.length < maxImports) {
      const source = importOf(cursor, language.grammar);
      if (source !== undefined) {
        parsed.imports.push({ source, line: cursor.startPosition.row + 1 });
      }
    }
    if (name !== undefined && uses.size < maxUses && isUse(cursor, name)) {
      uses.add(cursor.startPosition.row + 1);
    }
    return undefined;
  });
  return { ...parsed, lines: [...uses] };
}

function walk(tree: Tree, visit: (cursor: TreeCursor) => 'stop' | undefined): void {
  const cursor = tree.walk();
  try {
    for (;;) {
      if (visit(cursor) === 'stop') return;
      if (cursor.gotoFirstChild()) continue;
      while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return;
    }
  } finally {
    cursor.delete();
  }
}

/** Texts of strings and comments are leaves as well. */
const noCode = /string|comment|content|text|template|char|heredoc/;

function isUse(cursor: TreeCursor, name: string): boolean {
  if (cursor.endIndex - cursor.startIndex !== name.length) return false;
  return !noCode.test(cursor.nodeType) && cursor.nodeText === name;
}

type Declared = Omit<Declaration, 'inside' | 'depth'>;

function declarationsOf(node: Node, kind: string): Declared[] {
  const { startPosition: start, endPosition: end } = node;
  // A macro of C takes in the line break behind it.
  const endLine = end.column === 0 && end.row > start.row ? end.row : end.row + 1;
  const place = { line: start.row + 1, endLine };
  return nameNodes(node).flatMap((named) => {
    const name = named.text.replace(/\s+/g, ' ').slice(0, 200);
    if (name === '') return [];
    return [{ kind: kindOf(node, kind), name, ...place }];
  });
}

/** Where a language says by the same node what others say by several. */
function kindOf(node: Node, kind: string): string {
  switch (node.type) {
    case 'variable_declarator': {
      const value = node.childForFieldName('value')?.type ?? '';
      if (value.includes('function')) return 'function';
      if (value === 'class') return 'class';
      return node.parent?.child(0)?.type === 'const' ? 'constant' : 'variable';
    }
    case 'type_spec': {
      const type = node.childForFieldName('type')?.type;
      if (type === 'struct_type') return 'struct';
      return type === 'interface_type' ? 'interface' : kind;
    }
    case 'declaration':
      if (!hasDescendant(node, 'function_declarator')) return 'variable';
      return isMethod(node) ? 'method' : 'function';
    case 'field_declaration':
      if (kind !== 'member') return kind;
      return hasDescendant(node, 'function_declarator') ? 'method' : 'field';
    case 'function_definition':
      return isMethod(node) ? 'method' : kind;
    default:
      return kind;
  }
}

/** In the body of a class of Python, decorated or not, or of C++. */
function isMethod(node: Node): boolean {
  const body = node.parent?.type === 'decorated_definition' ? node.parent.parent : node.parent;
  if (body?.type === 'field_declaration_list') return true;
  return body?.type === 'block' && body.parent?.type === 'class_definition';
}

function hasDescendant(node: Node, type: string): boolean {
  for (let next = node.childForFieldName('declarator'); next; next = declaratorOf(next)) {
    if (next.type === type) return true;
  }
  return false;
}

/** Types of C that are only mentioned have no body, and no declaration then. */
const needsBody = new Set([
  'struct_specifier',
  'union_specifier',
  'enum_specifier',
  'class_specifier',
]);

function nameNodes(node: Node): Node[] {
  if (needsBody.has(node.type) && !node.childForFieldName('body')) return [];
  switch (node.type) {
    case 'property_signature':
    case 'method_signature':
      return isMember(node) ? [node.childForFieldName('name')].filter((each) => each !== null) : [];
    case 'variable_declarator':
      return boundNames(node.childForFieldName('name'));
    case 'event_field_declaration':
      return variablesIn(node);
    case 'impl_item':
      return [node.childForFieldName('type')].filter((each) => each !== null);
    case 'assignment': {
      const left = node.childForFieldName('left');
      return left && ['identifier', 'constant'].includes(left.type) ? [left] : [];
    }
    case 'declaration':
    case 'field_declaration':
    case 'constant_declaration':
    case 'type_definition':
      return node.type === 'field_declaration' && node.childForFieldName('declarator') === null
        ? variablesIn(node)
        : node.childrenForFieldName('declarator').flatMap((each) => leafName(each) ?? []);
    case 'const_spec':
    case 'var_spec':
      return node.childrenForFieldName('name').flatMap((each) => (each?.isNamed ? [each] : []));
    default: {
      const name =
        node.childForFieldName('name') ??
        node.childForFieldName('property') ??
        leafName(node.childForFieldName('declarator'));
      return name ? [name] : firstNamed(node);
    }
  }
}

/** Of an interface or a named type, not of a type that a parameter spells out. */
function isMember(node: Node): boolean {
  const owner = node.parent?.parent?.type ?? '';
  return ['interface_declaration', 'type_alias_declaration', 'class_declaration'].includes(owner);
}

/** `const { a, b } = …` declares both. */
function boundNames(name: Node | null): Node[] {
  if (name === null || !name.type.endsWith('_pattern')) return name ? [name] : [];
  return name
    .descendantsOfType(['shorthand_property_identifier_pattern', 'identifier'])
    .filter((each) => each !== null);
}

/** PHP's constants and C#'s members have no field for their name. */
function firstNamed(node: Node): Node[] {
  if (!['const_element', 'property_element', 'enum_case'].includes(node.type)) return [];
  return node.namedChildren.slice(0, 1).filter((each) => each !== null);
}

/** C#: `field_declaration` holds a `variable_declaration` with its declarators. */
function variablesIn(node: Node): Node[] {
  return node
    .descendantsOfType('variable_declarator')
    .flatMap((each) => each?.childForFieldName('name') ?? each?.namedChild(0) ?? []);
}

function leafName(node: Node | null): Node | undefined {
  let found = node;
  for (let depth = 0; found && depth < 20; depth++) {
    const name = found.type === 'variable_declarator' ? found.childForFieldName('name') : null;
    if (name) return name;
    const next = declaratorOf(found);
    if (!next) return found.isNamed && found.namedChildCount <= 2 ? found : undefined;
    found = next;
  }
  return undefined;
}

const wrappers = /^(reference|pointer|parenthesized|array|function|attributed|init)_declarator$/;

function declaratorOf(node: Node): Node | null {
  return (
    node.childForFieldName('declarator') ?? (wrappers.test(node.type) ? node.namedChild(0) : null)
  );
}
