/** Why a symbolic link may not be put into the workspace: it has to lead to somewhere in it. */
import type { FileWrite } from '../../engine/apply-port.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { PathGuard } from '../path-guard.ts';
import { PathRefusal } from '../path-refusal.ts';
import { namesOf, parentOf } from './workspace-file.ts';

export async function linkProblem(
  { path, after, afterMode }: FileWrite,
  { guard }: { guard: PathGuard },
): Promise<string | undefined> {
  if (after === undefined || afterMode !== '120000') return undefined;
  const out =
    'it is a symbolic link that leads out of the workspace, or to where that cannot be told. Reject it to go on.';
  const target = decodeTarget(after);
  const destination = target === undefined ? undefined : destinationOf(path, target);
  if (destination === undefined) return out;
  try {
    await guard.locate(destination);
    return undefined;
  } catch (error) {
    if (error instanceof PathRefusal) return out;
    // A link may lead to nothing.
    if (error instanceof MusterError && error.code === 'not-found') return undefined;
    throw error;
  }
}

export function decodeTarget(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Undefined when it leads out, or has a `..` behind a name, whose meaning depends on what that name becomes. */
function destinationOf(path: string, target: string): string | undefined {
  if (target === '' || target.includes('\0')) return undefined;
  if (target.startsWith('/') || /^[a-z]:/iu.test(target)) return target;
  const names = parentOf(path) === '' ? [] : namesOf(parentOf(path));
  const steps = target.split('/').filter((step) => step !== '' && step !== '.');
  const up = steps.findIndex((step) => step !== '..');
  const climbs = up < 0 ? steps.length : up;
  const rest = steps.slice(climbs);
  if (rest.includes('..') || climbs > names.length) return undefined;
  return [...names.slice(0, names.length - climbs), ...rest].join('/') || '.';
}
