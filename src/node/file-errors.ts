/** Turns what the operating system says about a file into an error that a person or a model can act on. */
import { isMusterError, MusterError } from '../shared/muster-error.ts';
import { PathRefusal, show } from './path-refusal.ts';

export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR';
}

/** The error to throw for `given`; one that is already meant for people stays as it is. */
export function fileError(error: unknown, given: string): unknown {
  if (isMusterError(error)) return error;
  const cause = { cause: error };
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return notFound(given, cause);
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      return notAFile(given, cause);
    case 'ELOOP':
      return new PathRefusal(given, 'changed-meanwhile', cause);
    case 'ENAMETOOLONG':
      return new PathRefusal(given, 'too-long', cause);
    case 'ENXIO':
      return new PathRefusal(given, 'special-file', cause);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new MusterError(
        'storage',
        `The system does not permit it: ${show(given)} is protected against this. Nothing was changed. Check its permissions.`,
        cause,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new MusterError(
        'storage',
        `The disk is full: ${show(given)} was not written and is as it was. Make room and try again.`,
        cause,
      );
    case 'EMFILE':
    case 'ENFILE':
    case 'EIO':
      return new MusterError(
        'storage',
        `The system could not open ${show(given)} just now. Nothing was changed. Try again.`,
        cause,
      );
    default:
      return error;
  }
}

export function notFound(given: string, options?: { cause?: unknown }): MusterError {
  return new MusterError(
    'not-found',
    `There is no file ${show(given)}. List the folder to see the names that exist.`,
    options,
  );
}

export function notAFile(given: string, options?: { cause?: unknown }): MusterError {
  return new MusterError(
    'not-a-file',
    `${show(given)} is a folder, not a file. Name a file in it.`,
    options,
  );
}

/** For a path that goes on below a file, whose names are `file`. */
export function notAFolder(given: string, file: readonly string[]): MusterError {
  return new MusterError(
    'not-found',
    `There can be no file ${show(given)}: ${show(file.join('/'))} is a file, not a folder. Choose another place, or move that file first.`,
  );
}
