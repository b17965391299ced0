/** outline_code, find_symbol and find_dependencies: what the grammar of a language tells. */
import * as z from 'zod';
import type { SymbolPlace } from '../../lane-ports.ts';
import { cutMiddle } from '../../prompts/cut.ts';
import { counted, inWords } from '../in-words.ts';
import { defineTool } from '../tool.ts';

const budget = 30_000;
const languages = 'TypeScript, JavaScript, Python, Go, Rust, Java, C, C++, C#, Ruby and PHP';

const path = z.string().min(1).describe('A file, relative to the workspace.');

export const outlineCode = defineTool({
  name: 'outline_code',
  group: 'code_analysis',
  description: `Lists what a source file declares (functions, classes, methods, types, …) with names and line ranges, nested as in the file. Use it before read_file on a long file, then read only the lines you need. Understands ${languages}.`,
  schema: z.object({ path }),
  title: (input) => `Outline ${inWords(input.path)}`,
  async run(input, lane, signal) {
    const outline = await lane.code.outline(input.path, signal);
    const { declarations } = outline;
    const lines = declarations.map(({ kind, name, line, endLine, depth }) => {
      const range = line === endLine ? `${line}` : `${line}-${endLine}`;
      return `${'  '.repeat(depth)}${range} ${kind} ${name}`;
    });
    if (outline.more) lines.push('[there is more than is listed; search the file for the rest]');
    const broken = outline.broken ? '; it has syntax errors, and this is what parses' : '';
    const summary = `${inWords(input.path)} (${outline.language}) has ${counted(declarations.length, 'declaration')}${broken}`;
    return { ok: true, summary, content: cut(lines, 'search the file for the rest') };
  },
});

const SymbolInput = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .describe('One name as it stands in code, e.g. "parseInput"; "Parser.run" for one in a type.'),
});

export const findSymbol = defineTool({
  name: 'find_symbol',
  group: 'code_analysis',
  description: `Finds where a function, class, type, method or constant is defined in the workspace, and the lines that use the name. More exact than search_files: comments, strings and longer names are left out. Goes by name alone, so that different things of one name are all listed. Understands ${languages}.`,
  schema: SymbolInput,
  title: (input) => `Find symbol ${inWords(input.name)}`,
  async run(input, lane, signal) {
    const { definitions, uses, stopped } = await lane.code.find(input.name, signal);
    const name = inWords(input.name);
    const lines = [
      ...definitions.map(
        (each) =>
          `${at(each)}: ${each.kind ?? ''}${each.inside?.length ? ` in ${each.inside.join('.')}` : ''}: ${each.text}`,
      ),
      ...(uses.length > 0 ? ['', 'Used at:', ...uses.map(placeLine)] : []),
      ...(stopped === undefined ? [] : [`[not complete: ${stopped}; search_files finds the rest]`]),
    ];
    const found = `${counted(definitions.length, 'definition')} and ${counted(uses.length, 'use')} of ${name}`;
    const none =
      definitions.length + uses.length === 0 ? '; check the spelling, or use search_files' : '';
    return { ok: true, summary: found + none, content: cut(lines, 'use search_files with a glob') };
  },
});

export const findDependencies = defineTool({
  name: 'find_dependencies',
  group: 'code_analysis',
  description: `Lists what a source file imports, with the file of the workspace where that is plain, and which files import it: look here before you move a file or change what it exports. Understands ${languages}; imports through aliases, build settings or C# namespaces are listed but not followed.`,
  schema: z.object({ path }),
  title: (input) => `Find dependencies of ${inWords(input.path)}`,
  async run(input, lane, signal) {
    const { imports, importedBy, stopped } = await lane.code.dependencies(input.path, signal);
    const lines = [
      ...(imports.length > 0 ? ['Imports:'] : []),
      ...imports.map((each) => {
        const target = each.path === undefined ? '' : ` -> ${inWords(each.path)}`;
        return `${each.line}: ${inWords(each.source)}${target}`;
      }),
      ...(importedBy.length > 0 ? ['', 'Imported by:', ...importedBy.map(placeLine)] : []),
      ...(stopped === undefined ? [] : [`[not complete: ${stopped}; search_files finds the rest]`]),
    ];
    const files = new Set(importedBy.map((each) => each.path)).size;
    const summary = `${inWords(input.path)} has ${counted(imports.length, 'import')} and is imported by ${counted(files, 'file')}`;
    return { ok: true, summary, content: cut(lines, 'use search_files for the rest') };
  },
});

function at({ path: file, line }: SymbolPlace): string {
  return `${inWords(file)}:${line}`;
}

function placeLine(place: SymbolPlace): string {
  return `${at(place)}: ${place.text}`;
}

function cut(lines: readonly string[], rest: string): string {
  return cutMiddle(lines.join('\n'), budget, rest);
}
