/** Carries the person's ignore rules that stand outside the workspace's files over to its lanes. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type PersonSettings, personFile, personSettings } from '../git/person-facts.ts';
import { commonGitDir, findRepository, type PersonRepository } from '../git/person-git.ts';
import type { Places } from './places.ts';

export type RulesRequest = {
  shadow: () => Promise<{ gitDir: string }>;
  places: Places;
  workspace: string;
};

/** Writes them down for the lanes of a run. */
export async function keepIgnoreRules(request: RulesRequest, signal: AbortSignal): Promise<void> {
  const { places, workspace } = request;
  const repository = await findRepository(workspace);
  const gitDir = repository?.gitDir ?? (await request.shadow()).gitDir;
  const settings = await personSettings(gitDir, signal);
  const draft = `${places.excludes}-${randomUUID()}`;
  await writeFile(draft, await outerIgnoreRules(workspace, repository, settings), { mode: 0o600 });
  await rename(draft, places.excludes);
}

/** A crash may have come between a snapshot and its rules. */
export async function requireIgnoreRules(
  request: RulesRequest,
  signal: AbortSignal,
): Promise<void> {
  const known = await lstat(request.places.excludes).catch(() => undefined);
  if (known !== undefined) return;
  await mkdir(request.places.scratch, { recursive: true, mode: 0o700 });
  await keepIgnoreRules(request, signal);
}

/**
 * Global excludes, `info/exclude` and the `.gitignore` files above the workspace, weakest first, as
 * one text with paths relative to the workspace.
 */
async function outerIgnoreRules(
  workspace: string,
  repository: PersonRepository | undefined,
  settings: PersonSettings,
): Promise<string> {
  const globalFile = personFile(settings, { setting: 'core.excludesfile', usual: 'ignore' });
  const everywhere = globalFile === undefined ? '' : await textOf(globalFile);
  if (repository === undefined) return everywhere;
  const { gitDir, top } = repository;
  const exclude = await textOf(path.join(await commonGitDir(gitDir), 'info', 'exclude'));
  const parts = path.relative(top, workspace).split(path.sep).filter(Boolean);
  const above = parts.join('/');
  const texts = [rebaseRules(everywhere, above), rebaseRules(exclude, above)];
  for (let depth = 0; depth < parts.length; depth += 1) {
    const rules = await textOf(path.join(top, ...parts.slice(0, depth), '.gitignore'));
    texts.push(rebaseRules(rules, parts.slice(depth).join('/')));
  }
  return texts.join('\n');
}

/**
 * Rewrites rules for a folder further down. Rules that hold at any depth stay; anchored ones stay
 * if they begin with the folder's own path, and otherwise speak of places outside it.
 */
export function rebaseRules(rules: string, folder: string): string {
  if (folder === '') return rules;
  const kept: string[] = [];
  for (const line of rules.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const not = line.startsWith('!') ? '!' : '';
    const pattern = line.slice(not.length);
    const anchored = pattern.replace(/\/\s*$/, '').includes('/');
    if (!anchored || pattern.startsWith('**/')) {
      kept.push(line);
      continue;
    }
    const fromTop = pattern.replace(/^\//, '');
    if (fromTop.startsWith(`${folder}/`)) kept.push(`${not}${fromTop.slice(folder.length)}`);
  }
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
