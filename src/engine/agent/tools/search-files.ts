/** search_files. */
import * as z from 'zod';
import type { SearchResult } from '../../lane-ports.ts';
import { cutMiddle } from '../../prompts/cut.ts';
import { counted, inWords } from '../in-words.ts';
import { defineTool } from '../tool.ts';

const maxMatches = 200;
const budget = 30_000;

const SearchInput = z.object({
  pattern: z.string().min(1).describe('Found within one line; text as it is, unless regex is set.'),
  glob: z.string().exactOptional().describe('Only in paths that match, e.g. "src/**/*.ts".'),
  regex: z
    .boolean()
    .exactOptional()
    .describe(
      'The pattern is a regular expression in the syntax of ripgrep, without look-around and back-references; (?i) at its start ignores case. Default: false.',
    ),
  context: z
    .number()
    .int()
    .min(0)
    .max(10)
    .exactOptional()
    .describe('Lines to show before and after each match. Default: 0.'),
});

export const searchFiles = defineTool({
  name: 'search_files',
  group: 'search',
  description: `Searches the contents of all files, case-sensitively, and shows the lines that match as path:line: text. At most ${maxMatches} matches; ignored and binary files and files over 2 MB are left out. To find where a function, class or type is defined, find_symbol is more exact where you have it.`,
  schema: SearchInput,
  title: (input) =>
    `Search "${inWords(input.pattern)}"${input.glob ? ` in ${inWords(input.glob)}` : ''}`,
  async run(input, lane, signal) {
    const query = {
      pattern: input.pattern,
      regex: input.regex ?? false,
      context: input.context ?? 0,
      limit: maxMatches,
      ...(input.glob === undefined ? {} : { glob: input.glob }),
    };
    const { matches, stopped } = await lane.search.find(query, signal);
    // With context the text is a block that numbers its own lines.
    const lines = matches.map(({ path, line, text }) =>
      query.context > 0 ? `${inWords(path)}\n${text}\n--` : `${inWords(path)}:${line}: ${text}`,
    );
    if (stopped !== undefined) lines.push(`[${stopNote(stopped)}]`);
    const found = counted(matches.length, 'match', 'matches');
    const summary = `${stopped ? 'At least ' : ''}${found} of "${inWords(input.pattern)}"`;
    return { ok: true, summary, content: cutMiddle(lines.join('\n'), budget, 'narrow the search') };
  },
});

function stopNote(stopped: NonNullable<SearchResult['stopped']>): string {
  switch (stopped) {
    case 'matches':
      return `there are more than ${maxMatches}; narrow the pattern or the glob`;
    case 'bytes':
      return 'stopped, because too much matched; narrow the pattern or the glob';
    case 'time':
      return 'stopped after 20 seconds, with files left unsearched; narrow the glob';
  }
}
