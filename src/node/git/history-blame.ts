/** Who changed each line of a file last. */
import type { GitText } from '../../engine/lane-ports.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { notFound } from '../file-errors.ts';
import { show } from '../path-refusal.ts';
import { type HistoryRepository, historyCommands, readHistory } from './history-commands.ts';
import { firstLine, maxTextBytes, textOf } from './history-text.ts';

export type BlameRequest = { commit: string; path: string; from: number; to: number | undefined };

/** Lines of `commit` itself are said to be not committed. */
export async function readBlame(
  repository: HistoryRepository,
  request: BlameRequest,
  signal: AbortSignal,
): Promise<GitText> {
  const args = historyCommands.blame(request);
  // The porcelain says much more than what is shown of it.
  const output = await readHistory(repository, args, { maxBytes: 4 * maxTextBytes }, signal);
  if (output.code !== 0) throw blameFailed(request.path, output.errors);
  const whole = textOf(output, []);
  return { ...whole, text: blameLines(whole.text, request.commit).join('\n') };
}

/** Each commit is described once; the lines follow with its name alone. */
function blameLines(porcelain: string, uncommitted: string): string[] {
  const known = new Map<string, { author: string; date: string }>();
  const lines: string[] = [];
  let [commit, line] = ['', ''];
  for (const text of porcelain.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(text);
    const about = known.get(commit) ?? { author: '', date: '' };
    if (text.startsWith('\t')) {
      const who =
        commit === uncommitted
          ? 'not committed'
          : `${commit.slice(0, 8)} ${about.date} ${about.author}`;
      lines.push(`${line} (${who}) ${text.slice(1, 400)}`);
    } else if (header) {
      [, commit = '', line = ''] = header;
    } else if (text.startsWith('author ')) {
      known.set(commit, { ...about, author: text.slice('author '.length) });
    } else if (text.startsWith('author-time ')) {
      const seconds = Number(text.slice('author-time '.length));
      known.set(commit, { ...about, date: new Date(seconds * 1000).toISOString().slice(0, 10) });
    }
  }
  return lines;
}

function blameFailed(path: string, errors: string): MusterError {
  const lines = /has only (\d+) lines?/.exec(errors)?.[1];
  if (lines !== undefined) {
    return new MusterError(
      'bad-input',
      `${show(path)} has ${lines} lines. Ask for a range within them.`,
    );
  }
  return /no such path/.test(errors)
    ? notFound(path)
    : new MusterError(
        'bad-input',
        `git blame gave no answer: ${firstLine(errors)}. Check the path.`,
      );
}
