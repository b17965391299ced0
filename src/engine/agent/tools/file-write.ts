/** create_file, insert_text, delete_file and move_file. */
import * as z from 'zod';
import { lineEndAt, withLineEnds } from '../edit/replace-place.ts';
import { counted, inWords } from '../in-words.ts';
import { countLines, decodeText, encodeText } from '../text-file.ts';
import { defineTool } from '../tool.ts';

const path = z.string().min(1).describe('Relative to the workspace.');

const CreateInput = z.object({
  path,
  content: z.string().describe('The whole content of the new file.'),
});

export const createFile = defineTool({
  name: 'create_file',
  group: 'file_write',
  description:
    'Creates a file with its folders. It is an error if the file exists: change it with edit_file, or delete it first if all of it is to be replaced.',
  schema: CreateInput,
  title: (input) => `Create ${inWords(input.path)}`,
  async run(input, lane) {
    if (await lane.files.exists(input.path)) {
      const summary = `${inWords(input.path)} exists already`;
      return { ok: false, summary, content: 'Nothing was written. Use edit_file to change it.' };
    }
    await lane.files.write(input.path, encodeText(input.content));
    const lines = counted(countLines(input.content), 'line');
    return { ok: true, summary: `Created ${inWords(input.path)}, ${lines}`, content: '' };
  },
});

const InsertInput = z.object({
  path,
  line: z
    .number()
    .int()
    .min(0)
    .describe('The line after which the text is inserted; 0 for the start of the file.'),
  text: z.string().min(1).describe('Whole lines; a line break at the end is added where needed.'),
});

export const insertText = defineTool({
  name: 'insert_text',
  group: 'file_write',
  description:
    'Inserts lines into an existing file, after the line with the given number (0: at the start). For what belongs beside known text edit_file is safer, since line numbers shift with every change. Line ends, byte order mark and encoding of the file are kept.',
  schema: InsertInput,
  title: (input) => `Insert into ${inWords(input.path)} after line ${input.line}`,
  async run(input, lane) {
    const file = decodeText(input.path, await lane.files.read(input.path));
    const count = countLines(file.text);
    const name = inWords(input.path);
    if (input.line > count) {
      const summary = `${name} has ${counted(count, 'line')}; there is no line ${input.line}`;
      const content = `Nothing was changed. Give a line from 0 to ${count}.`;
      return { ok: false, summary, content };
    }
    const text = inserted(file.text, input.line, input.text);
    await lane.files.write(input.path, encodeText(text, file));
    const added = countLines(text) - count;
    const where =
      added === 1 ? `line ${input.line + 1}` : `lines ${input.line + 1} to ${input.line + added}`;
    const summary = `Inserted ${counted(added, 'line')} into ${name}, now ${where}`;
    return { ok: true, summary, content: '' };
  },
});

/** A file without a line break at its end has none afterwards, unless the new last line brings one. */
function inserted(text: string, line: number, lines: string): string {
  let start = 0;
  for (let at = 0; at < line; at++) {
    const next = text.indexOf('\n', start);
    start = next < 0 ? text.length : next + 1;
  }
  const end = lineEndAt(text, { start: Math.max(0, start - 1) });
  const fitted = withLineEnds(lines, end);
  const [before, after] = [text.slice(0, start), text.slice(start)];
  if (before !== '' && !before.endsWith('\n')) return before + end + fitted;
  const complete = fitted.endsWith('\n') || text === '';
  return before + (complete ? fitted : fitted + end) + after;
}

const DeleteInput = z.object({ path });

export const deleteFile = defineTool({
  name: 'delete_file',
  group: 'file_write',
  description:
    'Deletes one file. Folders that become empty by it do not matter: only files are kept.',
  schema: DeleteInput,
  title: (input) => `Delete ${inWords(input.path)}`,
  async run(input, lane) {
    await lane.files.remove(input.path);
    return { ok: true, summary: `Deleted ${inWords(input.path)}`, content: '' };
  },
});

const MoveInput = z.object({
  from: z.string().min(1).describe('The file, relative to the workspace.'),
  to: z.string().min(1).describe('Its new path, relative to the workspace; nothing may be there.'),
});

export const moveFile = defineTool({
  name: 'move_file',
  group: 'file_write',
  description:
    'Moves or renames one file, content and mode unchanged; folders are made as needed. What refers to the old path (imports, scripts) is not changed: find and edit it yourself.',
  schema: MoveInput,
  title: (input) => `Move ${inWords(input.from)} to ${inWords(input.to)}`,
  async run(input, lane) {
    await lane.files.move(input.from, input.to);
    const summary = `Moved ${inWords(input.from)} to ${inWords(input.to)}`;
    return { ok: true, summary, content: '' };
  },
});
