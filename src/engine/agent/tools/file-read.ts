/** list_files and read_file. */
import * as z from 'zod';
import { cutMiddle } from '../../prompts/cut.ts';
import { counted, inWords } from '../in-words.ts';
import { countLines, decodeText, encodingNote } from '../text-file.ts';
import { defineTool } from '../tool.ts';

const maxEntries = 500;
/** Characters of a file that one call returns. */
const readBudget = 60_000;

const ListInput = z.object({
  path: z
    .string()
    .exactOptional()
    .describe('Folder, relative to the workspace. Default: all of it.'),
  glob: z.string().exactOptional().describe('Only paths that match, e.g. "src/**/*.ts".'),
});

export const listFiles = defineTool({
  name: 'list_files',
  group: 'file_read',
  description: `Lists the files below a folder, with their sizes in bytes, in path order. Ignored files are left out. At most ${maxEntries} entries; narrow with path or glob.`,
  schema: ListInput,
  title: (input) =>
    `List ${inWords(input.path || 'files')}${input.glob ? ` (${inWords(input.glob)})` : ''}`,
  async run(input, lane, signal) {
    const options = input.glob === undefined ? {} : { glob: input.glob };
    const { entries, more, tooDeep } = await lane.files.list(
      input.path || '.',
      { ...options, limit: maxEntries },
      signal,
    );
    const lines = entries.map((entry) => `${inWords(entry.path)}\t${entry.bytes}`);
    if (more) lines.push(`[there are more than ${maxEntries}; narrow with path or glob]`);
    if (tooDeep !== undefined) {
      lines.push(
        `[folders that lie too deep were left out, the first is ${inWords(tooDeep)}; list it by its path]`,
      );
    }
    const found = counted(entries.length, 'file');
    const summary = more ? `More than ${found}, of which these are the first` : found;
    return { ok: true, summary, content: lines.join('\n') };
  },
});

const ReadInput = z.object({
  path: z.string().min(1).describe('Relative to the workspace.'),
  start_line: z.number().int().positive().exactOptional().describe('First line, from 1.'),
  end_line: z.number().int().positive().exactOptional().describe('Last line, included.'),
});

export const readFile = defineTool({
  name: 'read_file',
  group: 'file_read',
  description:
    'Reads a text file, or a range of its lines. The content comes as it is, without line numbers; the first line of the result tells which lines it shows and how many there are. A long file is cut in the middle: ask for the rest by start_line and end_line. Of a picture or another binary file it says only what it is.',
  schema: ReadInput,
  title: (input) => `Read ${inWords(input.path)}${range(input)}`,
  async run(input, lane) {
    const file = decodeText(input.path, await lane.files.read(input.path));
    const { text } = file;
    const name = inWords(input.path);
    const lines = text.split('\n');
    const count = countLines(text);
    const from = input.start_line ?? 1;
    const to = Math.min(input.end_line ?? count, count);
    if (from > Math.max(1, count)) {
      const summary = `${name} has ${counted(count, 'line')}; there is no line ${from}`;
      return { ok: false, summary, content: 'Ask for a range within the file.' };
    }
    if (input.end_line !== undefined && input.end_line < from) {
      const summary = `end_line ${input.end_line} comes before start_line ${from}`;
      return { ok: false, summary, content: 'Nothing was read. Ask for a range that goes down.' };
    }
    const whole = from === 1 && to === count;
    const shown = whole ? text : lines.slice(from - 1, to).join('\n');
    return {
      ok: true,
      summary: `${name}, lines ${Math.min(from, to)} to ${to} of ${count}${encodingNote(file)}`,
      content: cutMiddle(shown, readBudget, 'read it in ranges with start_line and end_line'),
    };
  },
});

function range(input: z.infer<typeof ReadInput>): string {
  if (input.start_line === undefined && input.end_line === undefined) return '';
  return `, lines ${input.start_line ?? 1} to ${input.end_line ?? 'the end'}`;
}
