/** What went wrong, for the person and for the log. */
import type { LogOutputChannel } from 'vscode';
import { isMusterError } from '../shared/muster-error.ts';

/** The message for the person; what is not expected goes to the log in full. */
export function explain(log: LogOutputChannel, error: unknown): string {
  if (isMusterError(error)) {
    log.warn(`${error.code}: ${error.userMessage}`);
    return error.userMessage;
  }
  log.error(error instanceof Error ? error : String(error));
  return `Muster made a mistake: ${error instanceof Error ? error.message : String(error)}. The log has the details ("Muster: Show Log").`;
}
