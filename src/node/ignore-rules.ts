/** Which files are left out of lists and searches: what `.gitignore` names, and folders of dependencies. */

import { foldName } from '../shared/fold-path.ts';
import type { Segment } from './glob.ts';
import { compileSegments, matchSegments } from './glob.ts';
import { isGitName } from './path-rules.ts';

/** The patterns of one `.gitignore`, for paths below `folder` (empty for the root). */
export type IgnoreFile = { folder: string; patterns: readonly IgnorePattern[] };

type IgnorePattern = { segments: readonly Segment[]; negated: boolean; foldersOnly: boolean };

export const dependencyFolders: ReadonlySet<string> = new Set([
  'node_modules',
  '.venv',
  '__pycache__',
]);

/** True for a folder of installed packages, whose files package managers share by hard links. */
export function isDependencyFolder(name: string): boolean {
  return dependencyFolders.has(foldName(name));
}

/** True for what no list ever enters, whatever `.gitignore` says. */
export function isAlwaysLeftOut(name: string, isFolder: boolean): boolean {
  return isGitName(name) || (isFolder && isDependencyFolder(name));
}

export function parseIgnoreFile(folder: string, text: string): IgnoreFile {
  const patterns: IgnorePattern[] = [];
  for (const line of text.replace(/^\ufeff/u, '').split(/\r?\n/u)) {
    const pattern = parsePattern(line);
    if (pattern !== undefined) patterns.push(pattern);
  }
  return { folder, patterns };
}

function parsePattern(line: string): IgnorePattern | undefined {
  const trimmed = line.replace(/(?<!\\)\s+$/u, '');
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const negated = trimmed.startsWith('!');
  const body = negated ? trimmed.slice(1) : trimmed;
  const foldersOnly = body.endsWith('/');
  const segments = body.split('/').filter((segment) => segment !== '');
  if (segments.length === 0) return undefined;
  const isAnchored = body.replace(/\/$/u, '').includes('/');
  return {
    segments: compileSegments(isAnchored ? segments : ['**', ...segments]),
    negated,
    foldersOnly,
  };
}

/** True when the last pattern that matches says so; `files` from the root down. Its folders are judged before. */
export function isIgnored(files: readonly IgnoreFile[], path: string, isFolder: boolean): boolean {
  for (const file of files.toReversed()) {
    const below = file.folder === '' ? path : path.slice(file.folder.length + 1);
    const names = below.split('/');
    const found = file.patterns.findLast(
      (pattern) => (isFolder || !pattern.foldersOnly) && matchSegments(pattern.segments, names),
    );
    if (found !== undefined) return !found.negated;
  }
  return false;
}
