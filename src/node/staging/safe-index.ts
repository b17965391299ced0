/** Whether a copy of the person's index can be trusted to name exactly the bytes that stand on disk. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  hasOtherObjects,
  isPartialClone,
  type PersonFacts,
  type PersonSettings,
  personFile,
} from '../git/person-facts.ts';
import type { PersonRepository } from '../git/person-git.ts';
import type { IndexContents } from '../git/read-index.ts';

export type IndexQuestion = {
  workspace: string;
  repository: PersonRepository;
  facts: PersonFacts;
  settings: PersonSettings;
  index: IndexContents;
  /** Files of the workspace that the person's rules let through. */
  names: readonly string[];
};

/** Attributes by which stored bytes can differ from those on disk, unless they are switched off. */
const converts = /(?:^|\s)(?:text|eol|crlf|ident|filter|working-tree-encoding)(?:\s|=|$)/m;

/** @returns why everything has to be read instead, or undefined */
export async function whyUnsafe(question: IndexQuestion): Promise<string | undefined> {
  const { workspace, repository, facts, settings, index } = question;
  if (repository.top !== workspace) return 'the workspace is a folder of its repository';
  if (hasOtherObjects(settings)) return 'the repository has another object format';
  if (facts.shallowFile !== undefined || isPartialClone(settings))
    return 'the repository is a shallow or partial clone';
  if (index.extensions.has('link')) return 'the index is split';
  if (index.extensions.has('sdir') || index.entries.some((entry) => entry.mode === '040000')) {
    return 'the index is sparse';
  }
  if (index.entries.some((entry) => entry.unwatched)) {
    return 'files are marked assume-unchanged or skip-worktree';
  }
  if (index.entries.some((entry) => entry.stage !== 0)) return 'a merge is not finished';
  if ((settings.get('core.autocrlf') ?? 'false').toLowerCase() !== 'false') {
    return 'core.autocrlf is set';
  }
  return (await hasConversion(question)) ? 'attributes ask for conversion' : undefined;
}

async function hasConversion({
  workspace,
  facts,
  settings,
  index,
  names,
}: IndexQuestion): Promise<boolean> {
  const isAttributes = (name: string) => /(?:^|\/)\.gitattributes$/i.test(name);
  const tracked = index.entries.map((entry) => entry.path).filter(isAttributes);
  const present = new Set(names.filter(isAttributes));
  const ofPerson = personFile(settings, {
    setting: 'core.attributesfile',
    usual: 'attributes',
  });
  const outside = [
    '/etc/gitattributes',
    path.join(facts.commonDir, 'info', 'attributes'),
    ...(ofPerson === undefined ? [] : [ofPerson]),
  ];
  const inside = [...new Set([...tracked, ...present])].map((name) => path.join(workspace, name));
  for (const file of outside) if (converts.test(await textOf(file, ''))) return true;
  // git falls back on the index for a file that is gone from disk.
  for (const file of inside) if (converts.test(await textOf(file, 'text'))) return true;
  return false;
}

function textOf(file: string, otherwise: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => otherwise);
}
