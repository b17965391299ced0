/** Whether a write needs a yes of its own that it has not: judged by what was accepted, and again by what is really written. */
import type { FileWrite } from '../../engine/apply-port.ts';
import { protectionOf, protectionWords } from '../../shared/protected-files.ts';
import { type Standing, sideOf } from './merge-write.ts';

/** Why the change that was accepted is refused, if so. */
export function lackingYes(write: FileWrite): string | undefined {
  const kind = write.confirmed ? undefined : protectionOf(write);
  if (kind === undefined) return undefined;
  return `it is protected, because ${protectionWords[kind]}, and has no yes of its own. Look at its diff and accept it by itself, or reject it.`;
}

/** Why it has to be decided anew, if so: from what stands there now to what is written, whatever that was made from. */
export function lackingYesAsWritten(write: FileWrite, state: Standing): string | undefined {
  const { path, after, afterMode, confirmed } = write;
  const now = sideOf(state);
  const change = {
    path,
    ...(now && { before: now.bytes, beforeMode: now.mode }),
    ...(after && { after }),
    ...(afterMode !== undefined && { afterMode }),
  };
  const kind = confirmed ? undefined : protectionOf(change);
  if (kind === undefined) return undefined;
  return `it has changed since the run began, and together with that it needs a yes of its own: ${protectionWords[kind]}`;
}
