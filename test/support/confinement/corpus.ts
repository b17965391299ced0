/** The shared corpus of confinement cases, parsed; it stands beside the repository or where MUSTER_CORPORA says. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const Case = z.object({
  id: z.string(),
  tool: z.string(),
  input: z.looseObject({
    path: z.string().default('.'),
    pattern: z.string().default('x'),
    glob: z.string().optional(),
    command: z.string().default(''),
    args: z.array(z.string()).default([]),
    patch: z.string().default(''),
    has: z.string().default(''),
  }),
  setup: z.array(z.array(z.string())),
  platform: z.enum(['any', 'linux', 'win32']),
  expect: z.enum(['refuse', 'contain', 'ask', 'ask-always', 'allow']),
  why: z.string(),
});
export type Case = z.infer<typeof Case>;

const beside = fileURLToPath(new URL('../../../../shared/corpora/', import.meta.url));
const corpus = path.join(process.env.MUSTER_CORPORA ?? beside, 'confinement');

export const hasCorpus = existsSync(corpus);

/** The cases of a file whose tool matches; none where the corpus is missing. */
export function corpusCases(file: 'attacks.jsonl' | 'benign.jsonl', tool: RegExp): Case[] {
  if (!hasCorpus) return [];
  const lines = readFileSync(path.join(corpus, file), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => Case.parse(JSON.parse(line))).filter((each) => tool.test(each.tool));
}

/** Says in the title of a test that passes which rule held its case. */
export function sayRule({ test }: { test?: { title: string } | undefined }, rule: string): void {
  if (test) test.title += ` [held by: ${rule}]`;
}

/** Which attacks of a tool the tests know how to play, beside those on files, search, commands and environments. */
const others: Readonly<Record<string, (each: Case) => boolean>> = {
  git: ({ input }) => input.args.length > 0,
  workspace: ({ input }) => input.isTrusted === false || 'setting' in input,
  prompt: ({ input }) => 'text' in input,
  render: ({ input }) => 'markdown' in input || 'diff' in input,
};

/** True for a case of a kind that some test plays; the count of those that are is taken in `corpus-coverage.test.ts`. */
export function isJudged(each: Case): boolean {
  if (
    /^(?:fs\.(?:read|write|edit|delete|move|list)|search|patch|worktree|terminal|env)$/u.test(
      each.tool,
    )
  ) {
    return true;
  }
  return each.expect !== 'allow' && others[each.tool]?.(each) === true;
}
