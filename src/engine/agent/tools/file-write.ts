/** create_file, edit_file and delete_file. */
import * as z from 'zod';
import { countLines, decodeText, encodeText, linesOf } from '../text-file.ts';
import { defineTool } from '../tool.ts';

const CreateInput = z.object({
  path: z.string().min(1),
  content: z.string().describe('The whole content of the new file.'),
});

export const createFile = defineTool({
  name: 'create_file',
  group: 'file_write',
  description:
    'Creates a file with its folders. It is an error if the file exists: change it with edit_file, or delete it first if all of it is to be replaced.',
  schema: CreateInput,
  title: (input) => `Create ${input.path}`,
  async run(input, lane) {
    if (await lane.files.exists(input.path)) {
      const summary = `${input.path} exists already`;
      return { ok: false, summary, content: 'Nothing was written. Use edit_file to change it.' };
    }
    await lane.files.write(input.path, encodeText(input.content));
    const lines = countLines(input.content);
    const size = lines === 1 ? '1 line' : `${lines} lines`;
    return { ok: true, summary: `Created ${input.path}, ${size}`, content: '' };
  },
});

const EditInput = z.object({
  path: z.string().min(1),
  old_str: z
    .string()
    .min(1)
    .describe('The exact text to replace, white space included; it must occur once in the file.'),
  new_str: z.string().describe('What stands there afterwards; empty to delete.'),
  replace_all: z.boolean().exactOptional().describe('Replace every occurrence.'),
});

export const editFile = defineTool({
  name: 'edit_file',
  group: 'file_write',
  description:
    'Replaces one exact text in a file by another. old_str must occur exactly once, unless replace_all is true; take in enough lines around the place to make it unique. All other lines stay as they are, byte for byte.',
  schema: EditInput,
  title: (input) => `Edit ${input.path}`,
  async run(input, lane) {
    const { path, old_str: before, new_str: after } = input;
    const text = decodeText(path, await lane.files.read(path));
    const lines = linesOf(text, before);
    if (lines.length === 0) {
      return {
        ok: false,
        summary: `old_str does not occur in ${path}`,
        content:
          'Nothing was changed. Read the file and copy the text exactly, with its white space and line breaks.',
      };
    }
    if (lines.length > 1 && input.replace_all !== true) {
      return {
        ok: false,
        summary: `old_str occurs ${lines.length} times in ${path}, at lines ${lines.join(', ')}`,
        content:
          'Nothing was changed. Add lines of context until it is unique, or set replace_all.',
      };
    }
    if (before === after) {
      return {
        ok: false,
        summary: 'old_str and new_str are the same',
        content: 'Nothing was changed.',
      };
    }
    await lane.files.write(path, encodeText(text.split(before).join(after)));
    const where =
      lines.length === 1
        ? `line ${lines[0]}`
        : `${lines.length} places, at lines ${lines.join(', ')}`;
    return { ok: true, summary: `Edited ${path} at ${where}`, content: '' };
  },
});

const DeleteInput = z.object({ path: z.string().min(1) });

export const deleteFile = defineTool({
  name: 'delete_file',
  group: 'file_write',
  description: 'Deletes a file. Folders that become empty disappear with it.',
  schema: DeleteInput,
  title: (input) => `Delete ${input.path}`,
  async run(input, lane) {
    await lane.files.remove(input.path);
    return { ok: true, summary: `Deleted ${input.path}`, content: '' };
  },
});
