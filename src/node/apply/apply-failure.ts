/** Why an apply or a revert failed, in words for the person. */
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import { systemCode } from '../file-errors.ts';
import { PathRefusal, show } from '../path-refusal.ts';
import type { ApplyPlan } from './apply-plan.ts';

const what: Record<ApplyPlan['kind'], { failed: string; again: string }> = {
  apply: { failed: 'The changes could not be applied', again: 'apply again' },
  revert: { failed: 'The run could not be reverted', again: 'revert again' },
};

/** Everything is as it was before. */
export function takenBack(kind: ApplyPlan['kind'], cause: unknown): MusterError {
  const { failed, again } = what[kind];
  return new MusterError(
    'apply-failed',
    `${failed}: ${reasonOf(cause)}. The workspace is as it was before. Remove the cause, then ${again}.`,
    { cause },
  );
}

export function takenBackButFor(
  kind: ApplyPlan['kind'],
  cause: unknown,
  { foreign, place }: { foreign: readonly string[]; place: string },
): MusterError {
  const { failed, again } = what[kind];
  return new MusterError(
    'apply-failed',
    `${failed}: ${reasonOf(cause)}. All was put back as it was, except what another program changed meanwhile, which was left alone: ${foreign.join(', ')}. What stood there before is kept in ${place}. Look at these files, then ${again}.`,
    { cause },
  );
}

/** @param second why taking it back failed */
export function notTakenBack(
  kind: ApplyPlan['kind'],
  cause: unknown,
  { place, second }: { place: string; second: unknown },
): MusterError {
  return new MusterError(
    'apply-failed',
    `${what[kind].failed}: ${reasonOf(cause)}. Putting everything back failed as well. What was replaced is kept in ${place} (${reasonOf(second)}); the next start tries again.`,
    { cause },
  );
}

function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EFBIG':
      return 'a file would be larger than the system permits';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'the system does not permit writing there';
    case 'EBUSY':
    case 'ETXTBSY':
      return 'another program keeps a file locked';
  }
  if (error instanceof PathRefusal) return `${show(error.given)} is refused: ${error.reason}`;
  if (isMusterError(error)) return error.userMessage.replace(/\.$/u, '');
  return error instanceof Error ? error.message : String(error);
}
