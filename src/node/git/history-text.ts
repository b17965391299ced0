/** What git said about history, as a text that is bounded and holds no secret by its name. */
import type { GitText } from '../../engine/lane-ports.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { secretReason } from '../staging/secret-names.ts';
import { type HistoryOutput, type HistoryRepository, readHistory } from './history-commands.ts';

export const maxTextBytes = 1024 * 1024;
/** Names that one command line takes. */
const maxPaths = 500;

/** Names of secrets apart; `tooMany` where the others do not fit one command line. */
export function shownPaths(names: readonly string[]) {
  const leftOut = names.filter((name) => secretReason(name) !== undefined);
  const paths = names.filter((name) => secretReason(name) === undefined);
  return { paths, leftOut, tooMany: leftOut.length > 0 && paths.length > maxPaths };
}

export function namesOnly(names: readonly string[], leftOut: readonly string[]): GitText {
  const shown = names.filter((name) => !leftOut.includes(name));
  return {
    text: shown.slice(0, 2000).join('\n'),
    cut: 'too many files for one patch; ask for a path',
    leftOut: [...leftOut],
  };
}

export function textOf(output: HistoryOutput, leftOut: readonly string[]): GitText {
  const text = output.bytes.includes(0)
    ? `[binary content, ${output.bytes.length} bytes]`
    : output.bytes.toString('utf8');
  const cut = { bytes: 'it is longer than 1 MB', time: 'it took longer than 20 seconds' };
  return {
    text,
    leftOut: [...leftOut],
    ...(output.stopped === undefined ? {} : { cut: cut[output.stopped] }),
  };
}

/** @throws MusterError `bad-input` when git says no */
export async function answered(
  repository: HistoryRepository,
  args: readonly string[],
  limits: { maxBytes: number },
  signal: AbortSignal,
): Promise<HistoryOutput> {
  const output = await readHistory(repository, args, limits, signal);
  if (output.code === 0) return output;
  throw new MusterError(
    'bad-input',
    `git ${args[0] ?? ''} gave no answer: ${firstLine(output.errors)}. Nothing was changed. Check the path or revision.`,
  );
}

export function firstLine(errors: string): string {
  return (errors.trim().split('\n', 1)[0] ?? '').replace(/^fatal: /, '') || 'no message';
}
