/** From a command line to the commands in it: pipes, lists, substitutions, redirections, and what wrappers run. */
import type { Node } from '@vscode/tree-sitter-wasm';
import { isLooking, isShell, isWrapper } from '../../engine/terminal/known-commands.ts';
import {
  fixedWords,
  type ParsedLine,
  programName,
  type Redirect,
  type SubCommand,
  type Word,
} from '../../engine/terminal/parsed-line.ts';
import { bashGrammar, type Grammar } from './bash-grammar.ts';

const maxCharacters = 20_000;
const maxDepth = 5;

export async function parseLine(line: string): Promise<ParsedLine> {
  let grammar: Grammar;
  try {
    grammar = await bashGrammar();
  } catch {
    return { ok: false, reason: 'the grammar could not be loaded' };
  }
  return parseWith(grammar, line, 0);
}

function parseWith(grammar: Grammar, line: string, depth: number): ParsedLine {
  if (line.length > maxCharacters) return { ok: false, reason: 'it is too long' };
  if (depth > maxDepth) return { ok: false, reason: 'it is nested too deeply' };
  if (line.includes('\0') || !line.isWellFormed()) return { ok: false, reason: 'it is no text' };
  // Where the grammar takes words apart otherwise than the shell does.
  if (/\S\\\n\S|\\`/u.test(line)) return { ok: false, reason: 'it is broken off or quoted twice' };
  const tree = grammar.parse(line);
  if (tree === null) return { ok: false, reason: 'the grammar gave up' };
  try {
    if (tree.rootNode.hasError) return { ok: false, reason: 'its syntax is not that of a shell' };
    const found: SubCommand[] = [];
    visit(tree.rootNode, [], found);
    return unwrapAll(grammar, found, depth);
  } finally {
    tree.delete();
  }
}

/** What a node that is no command makes of the commands in it. */
const around: Readonly<Record<string, string | undefined>> = {
  program: '',
  list: '',
  pipeline: '',
  negated_command: '',
  comment: '',
  subshell: 'a subshell',
  compound_statement: 'a group',
  if_statement: 'a condition',
  while_statement: 'a loop',
  for_statement: 'a loop',
  c_style_for_statement: 'a loop',
  case_statement: 'a choice',
  function_definition: 'a function',
  test_command: 'a test',
  command_substitution: 'a substitution',
  process_substitution: 'a substitution',
};

function visit(node: Node, inside: readonly string[], found: SubCommand[]): void {
  switch (node.type) {
    case 'command':
    case 'declaration_command':
    case 'unset_command':
      found.push(commandOf(node, inside));
      substitutionsIn(node, inside, found);
      return;
    case 'variable_assignment':
    case 'variable_assignments':
      found.push({ words: [], assigns: assignsIn([node]), redirects: [], inside });
      substitutionsIn(node, inside, found);
      return;
    case 'redirected_statement': {
      const before = found.length;
      const redirects = node.childrenForFieldName('redirect');
      for (const child of node.childrenForFieldName('body')) if (child) visit(child, inside, found);
      const own: Redirect[] = redirects.flatMap((each) => (each ? redirectOf(each) : []));
      const first = found[before];
      // Redirections of a list count once; where there is no command they are one.
      if (first === undefined) found.push({ words: [], assigns: [], redirects: own, inside });
      else found[before] = { ...first, redirects: [...first.redirects, ...own] };
      for (const each of redirects) if (each) substitutionsIn(each, inside, found);
      return;
    }
    default: {
      const words = around[node.type];
      const deeper =
        words === '' ? inside : [...inside, words ?? `a ${node.type.replaceAll('_', ' ')}`];
      for (const child of node.namedChildren) if (child) visit(child, deeper, found);
      // A loop over words, a test or arithmetic with nothing to run is still not nothing.
      if (words !== '' && words !== undefined && node.namedChildCount === 0) {
        found.push({ words: [], assigns: [], redirects: [], inside: deeper });
      }
      if (node.type === 'test_command')
        found.push({ words: [], assigns: [], redirects: [], inside: deeper });
    }
  }
}

function commandOf(node: Node, inside: readonly string[]): SubCommand {
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  const assignments: Node[] = [];
  if (node.type !== 'command') {
    words.push({ text: node.child(0)?.text ?? node.type, fixed: true });
  }
  for (const child of node.namedChildren) {
    if (child === null) continue;
    if (child.type === 'variable_assignment') assignments.push(child);
    else if (child.type === 'command_name') words.push(wordOf(child.namedChild(0) ?? child));
    else if (/_redirect$/u.test(child.type)) redirects.push(...redirectOf(child));
    else if (child.type !== 'comment') words.push(wordOf(child));
  }
  return { words, assigns: assignsIn(assignments), redirects, inside };
}

function assignsIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    const own = node.childForFieldName('name')?.text;
    const inner = node.namedChildren.filter((each) => each?.type === 'variable_assignment');
    return own === undefined ? assignsIn(inner.flatMap((each) => each ?? [])) : [own];
  });
}

function redirectOf(node: Node): Redirect[] {
  if (node.type !== 'file_redirect') {
    return [{ operator: '<<', target: { text: 'text of its own', fixed: false } }];
  }
  const operator = node.children.find((each) => each !== null && !each.isNamed)?.text ?? '>';
  const targets = node.childrenForFieldName('destination').flatMap((each) => each ?? []);
  if (targets.length === 0) return [{ operator, target: { text: '-', fixed: true } }];
  return targets.map((target) => ({ operator, target: wordOf(target) }));
}

/** The grammar does not look into backticks in a text that the shell fills in. */
function hiddenInText(node: Node, inside: readonly string[], found: SubCommand[]): void {
  if (node.type !== 'heredoc_redirect') return;
  const start = node.children.find((each) => each?.type === 'heredoc_start')?.text ?? '';
  const body = node.children.find((each) => each?.type === 'heredoc_body')?.text ?? '';
  if (/["'\\]/u.test(start) || !body.includes('`')) return;
  const opaque = 'it runs commands in a text of its own';
  found.push({ words: [], assigns: [], redirects: [], inside, opaque });
}

/** Every substitution below the node, with its commands. */
function substitutionsIn(node: Node, inside: readonly string[], found: SubCommand[]): void {
  hiddenInText(node, inside, found);
  for (const child of node.namedChildren) {
    if (child === null) continue;
    if (child.type === 'command_substitution' || child.type === 'process_substitution') {
      visit(child, inside, found);
    } else {
      substitutionsIn(child, inside, found);
    }
  }
}

function wordOf(node: Node): Word {
  switch (node.type) {
    case 'word':
    case 'number':
      return plainWord(node.text);
    case 'raw_string':
      return { text: node.text.slice(1, -1), fixed: true };
    case 'string': {
      const inner = node.namedChildren.every((each) => each?.type === 'string_content');
      const text = node.text.slice(1, -1);
      return inner
        ? { text: text.replace(/\\([$`"\\\n])/gu, '$1'), fixed: true }
        : { text, fixed: false };
    }
    case 'concatenation': {
      const parts = node.namedChildren.flatMap((each) => (each ? [wordOf(each)] : []));
      const whole = parts.map((part) => part.text).join('');
      // The grammar keeps unquoted braces apart from the words in them.
      const fixed = parts.every((part) => part.fixed) && !/[{}]/u.test(whole);
      return { text: fixed ? whole : node.text, fixed: fixed || node.text === '{}' };
    }
    default:
      return { text: node.text, fixed: false };
  }
}

function plainWord(text: string): Word {
  const unescaped = text.replace(/\\(.)/gsu, '');
  const fixed = !/[*?[\]{}$`!]|^~|[:=]~/u.test(unescaped);
  return {
    text: fixed ? text.replace(/\\(\n?)(.?)/gsu, (_, feed, next) => (feed ? next : next)) : text,
    fixed,
  };
}

/** Adds what shells and `eval` are given to run; where that is no fixed text nobody can tell. */
function unwrapAll(grammar: Grammar, commands: readonly SubCommand[], depth: number): ParsedLine {
  const all: SubCommand[] = [];
  for (const command of commands) {
    const words = fixedWords(command);
    const wraps = isWrapper(words) && !isLooking(words);
    all.push(wraps ? { ...command, inside: [...command.inside, programName(words)] } : command);
    for (const given of scriptsOf(command)) {
      if (given === undefined) {
        all.push({ ...command, opaque: 'what it hands to a shell cannot be told from its words' });
        continue;
      }
      const parsed = parseWith(grammar, given, depth + 1);
      if (!parsed.ok) return parsed;
      const inside = [...command.inside, 'a shell of its own'];
      all.push(
        ...parsed.commands.map((each) => ({ ...each, inside: [...inside, ...each.inside] })),
      );
    }
  }
  return { ok: true, commands: all };
}

/** The texts that are run as command lines; undefined for one that is not fixed. */
function scriptsOf({ words }: SubCommand): Array<string | undefined> {
  const scripts: Array<string | undefined> = [];
  words.forEach((word, index) => {
    const rest = words.slice(index + 1);
    // Behind a wrapper the shell stands anywhere.
    const isFirst = index === 0 || isWrapper(words.slice(0, index).map((each) => each.text));
    if (!isFirst) return;
    const name = programName([word.text]);
    if (name === 'eval' || name === 'trap')
      scripts.push(joined(name === 'trap' ? rest.slice(0, 1) : rest));
    if (name === 'source' || name === '.') {
      if (rest.some((each) => !each.fixed || isStream(each.text))) scripts.push(undefined);
    }
    if (!isShell([word.text])) return;
    const flag = rest.findIndex((each) => /^-[a-z]*c[a-z]*$/iu.test(each.text));
    if (flag >= 0)
      scripts.push(
        ...rest
          .slice(flag + 1)
          .filter(isOperand)
          .slice(0, 1)
          .map((each) => joined([each])),
      );
    else if (!rest.some(isOperand) || rest.some((each) => !each.fixed || isStream(each.text))) {
      // What it reads from a pipe or a text of its own is not in its words.
      if (!rest.some((each) => /^--(?:version|help)$/u.test(each.text))) scripts.push(undefined);
    }
  });
  return scripts;
}

function isOperand({ text }: Word): boolean {
  return !/^[-+]/u.test(text);
}

function isStream(path: string): boolean {
  return /^\/(?:dev\/(?:stdin|fd\/)|proc\/)/u.test(path);
}

function joined(words: readonly Word[]): string | undefined {
  return words.every((word) => word.fixed) ? words.map((word) => word.text).join(' ') : undefined;
}
