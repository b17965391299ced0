/** search_files. */
import * as z from 'zod';
import { cutMiddle } from '../../prompts/cut.ts';
import { defineTool } from '../tool.ts';

const maxMatches = 200;
const budget = 30_000;

const SearchInput = z.object({
  pattern: z.string().min(1),
  glob: z.string().exactOptional().describe('Only in paths that match, e.g. "src/**/*.ts".'),
  regex: z
    .boolean()
    .exactOptional()
    .describe('The pattern is a regular expression. Default: plain text.'),
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
  description: `Searches the contents of all files, case-sensitively, and shows the lines that match as path:line: text. At most ${maxMatches} matches; ignored and binary files are left out.`,
  schema: SearchInput,
  title: (input) => `Search "${input.pattern}"${input.glob ? ` in ${input.glob}` : ''}`,
  async run(input, lane, signal) {
    const query = {
      pattern: input.pattern,
      regex: input.regex ?? false,
      context: input.context ?? 0,
      limit: maxMatches,
      ...(input.glob === undefined ? {} : { glob: input.glob }),
    };
    const { matches, more } = await lane.search.find(query, signal);
    // With context the text is a block that numbers its own lines.
    const lines = matches.map(({ path, line, text }) =>
      query.context > 0 ? `${path}\n${text}\n--` : `${path}:${line}: ${text}`,
    );
    if (more) lines.push(`[there are more than ${maxMatches}; narrow the pattern or the glob]`);
    const noun = matches.length === 1 ? 'match' : 'matches';
    const summary = `${matches.length}${more ? ' or more' : ''} ${noun} of "${input.pattern}"`;
    return { ok: true, summary, content: cutMiddle(lines.join('\n'), budget, 'narrow the search') };
  },
});
