/** git_status, git_diff, git_log, git_show, git_blame and git_commit. */
import * as z from 'zod';
import type { GitText } from '../../lane-ports.ts';
import { cutMiddle } from '../../prompts/cut.ts';
import { counted, inWords } from '../in-words.ts';
import { defineTool, type ToolOutcome } from '../tool.ts';

const budget = 30_000;
const maxListed = 500;
const defaultCommits = 20;
const maxCommits = 200;

const somePath = z
  .string()
  .min(1)
  .exactOptional()
  .describe('A file or folder, relative to the workspace. Default: all.');

export const gitStatus = defineTool({
  name: 'git_status',
  group: 'git_read',
  description:
    'Lists the files that you have added, modified or deleted in your copy since its last commit (until you commit: since the task began).',
  schema: z.object({}),
  title: () => 'Git status',
  async run(_, lane, signal) {
    const changes = await lane.git.status(signal);
    const lines = changes
      .slice(0, maxListed)
      .map(({ change, path }) => `${change} ${inWords(path)}`);
    if (changes.length > maxListed) lines.push(`[and ${changes.length - maxListed} more]`);
    const summary = `${counted(changes.length, 'file')} changed since the last commit`;
    return { ok: true, summary, content: lines.join('\n') };
  },
});

export const gitDiff = defineTool({
  name: 'git_diff',
  group: 'git_read',
  description:
    'Shows what you have changed in your copy since its last commit (until you commit: since the task began), as a unified diff; new files included. Look at it before you finish.',
  schema: z.object({ path: somePath }),
  title: (input) => `Git diff${input.path ? ` of ${inWords(input.path)}` : ''}`,
  async run(input, lane, signal) {
    const diff = await lane.git.diff(input.path, signal);
    const of = input.path === undefined ? '' : ` of ${inWords(input.path)}`;
    if (diff.text === '' && diff.leftOut.length === 0) {
      return { ok: true, summary: `No change${of} since the last commit`, content: '' };
    }
    return shown(`The changes${of} since the last commit`, diff, 'ask for one path');
  },
});

export const gitLog = defineTool({
  name: 'git_log',
  group: 'git_read',
  description: `Lists commits, newest first, one line each: hash, date, author, subject. With path, those that changed it. At most ${maxCommits}.`,
  schema: z.object({
    path: somePath,
    limit: z
      .number()
      .int()
      .min(1)
      .max(maxCommits)
      .exactOptional()
      .describe(`How many. Default: ${defaultCommits}.`),
  }),
  title: (input) => `Git log${input.path ? ` of ${inWords(input.path)}` : ''}`,
  async run(input, lane, signal) {
    const limit = input.limit ?? defaultCommits;
    const path = input.path === undefined ? {} : { path: input.path };
    const log = await lane.git.log({ ...path, limit }, signal);
    const count = log.text.split('\n').filter(Boolean).length;
    const more = count === limit ? `, and perhaps older ones` : '';
    return shown(`${counted(count, 'commit')}${more}`, log, 'ask for fewer, or for a path');
  },
});

export const gitShow = defineTool({
  name: 'git_show',
  group: 'git_read',
  description:
    'Shows a commit: author, date, message and diff. With "revision:path" it gives that file as it was then.',
  schema: z.object({
    revision: z
      .string()
      .min(1)
      .max(500)
      .describe('HEAD, HEAD~2, a commit hash from git_log, or e.g. "HEAD~1:src/a.ts".'),
  }),
  title: (input) => `Git show ${inWords(input.revision)}`,
  async run(input, lane, signal) {
    const text = await lane.git.show(input.revision, signal);
    return shown(inWords(input.revision), text, 'ask for one file as "revision:path"');
  },
});

export const gitBlame = defineTool({
  name: 'git_blame',
  group: 'git_read',
  description:
    'Shows for each line of a file which commit changed it last, when and by whom. Give a range of lines for all but short files.',
  schema: z.object({
    path: z.string().min(1).describe('A file, relative to the workspace.'),
    start_line: z.number().int().positive().exactOptional().describe('First line, from 1.'),
    end_line: z.number().int().positive().exactOptional().describe('Last line, included.'),
  }),
  title: (input) => `Git blame ${inWords(input.path)}`,
  async run({ path, start_line: startLine, end_line: endLine }, lane, signal) {
    if (endLine !== undefined && endLine < (startLine ?? 1)) {
      const summary = `end_line ${endLine} comes before start_line ${startLine}`;
      return { ok: false, summary, content: 'Ask for a range that goes down.' };
    }
    const range = {
      path,
      ...(startLine === undefined ? {} : { startLine }),
      ...(endLine === undefined ? {} : { endLine }),
    };
    const text = await lane.git.blame(range, signal);
    return shown(`Who changed ${inWords(path)} last`, text, 'ask for a range of lines');
  },
});

export const gitCommit = defineTool({
  name: 'git_commit',
  group: 'git_write',
  description:
    'Commits everything that you have changed in your copy, as a point that git_diff and git_log then go by. It is not needed to finish: whatever your copy holds is handed in, committed or not. The commit stays in your copy; the person’s repository is never touched.',
  schema: z.object({
    message: z
      .string()
      .trim()
      .min(1)
      .max(5000)
      .describe('A subject line, and more after an empty line.'),
  }),
  title: (input) => `Commit "${inWords(input.message.split('\n', 1)[0] ?? '')}"`,
  async run(input, lane, signal) {
    const made = await lane.git.commit(input.message, signal);
    if (made === undefined) {
      const content = 'Nothing was committed: your copy holds what its last commit holds.';
      return { ok: false, summary: 'There is nothing to commit', content };
    }
    const files = counted(made.files, 'file');
    return { ok: true, summary: `Committed ${files} as ${made.commit.slice(0, 8)}`, content: '' };
  },
});

function shown(summary: string, { text, cut, leftOut }: GitText, rest: string): ToolOutcome {
  const notes = [
    ...(cut === undefined ? [] : [`[cut: ${cut}; ${rest}]`]),
    ...(leftOut.length === 0
      ? []
      : [
          `[not shown, since they may hold secrets: ${leftOut.slice(0, 20).map(inWords).join(', ')}]`,
        ]),
  ];
  const content = [cutMiddle(text.trimEnd(), budget, rest), ...notes].filter(Boolean).join('\n');
  return { ok: true, summary, content };
}
