/** Counts that every case of the confinement corpus is played by a test whose title names it and the rule that held. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { corpusCases, hasCorpus } from '../../support/confinement/corpus.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const here = import.meta.dirname;
const root = path.join(here, '../../..');
const suites = ['confinement-corpus', 'terminal-corpus', 'run-corpus', 'shown-corpus'];

const Title = z.object({ title: z.string() });
const Report = z.object({
  passes: z.array(Title),
  failures: z.array(Title),
  pending: z.array(Title),
});

/** The titles of the suites' tests, run on a corpus in a process of their own. */
async function runSuites(names: readonly string[], corpora: string | undefined, output: string) {
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
  const files = names.map((name) => path.join(here, `${name}.test.ts`));
  const env = { ...process.env, ...(corpora === undefined ? {} : { MUSTER_CORPORA: corpora }) };
  const args = [mocha, '--reporter', 'json', '--reporter-option', `output=${output}`, ...files];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'ignore' });
  await new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  const report = Report.parse(JSON.parse(await readFile(output, 'utf8')));
  const titles = (list: Array<{ title: string }>): string[] => list.map(({ title }) => title);
  return {
    passes: titles(report.passes),
    failures: titles(report.failures),
    pending: titles(report.pending),
  };
}

describe('The tests of the confinement corpus', function () {
  this.timeout(240_000);
  const temporaryFolder = temporaryFolders();

  it('play every case, and say which rule held', async function () {
    if (!hasCorpus) return this.skip();
    const { passes, failures, pending } = await runSuites(
      suites,
      undefined,
      path.join(await temporaryFolder(), 'report'),
    );
    assert.deepEqual(failures, []);
    const cases = [...corpusCases('attacks.jsonl', /^/u), ...corpusCases('benign.jsonl', /^/u)];
    // What needs a Windows disk is played on one.
    const elsewhere = cases.filter(
      ({ id, platform }) =>
        platform === 'win32' && pending.some((title) => title.startsWith(`${id} `)),
    );
    const silent = cases.filter(
      (each) =>
        !elsewhere.includes(each) &&
        !passes.some((title) => title.startsWith(`${each.id} `) && /\[held by: \S/u.test(title)),
    );
    assert.deepEqual(
      silent.map(({ id }) => id),
      [],
    );
    assert.ok(elsewhere.length <= 1, elsewhere.map(({ id }) => id).join());
    process.stderr.write(
      `      ${cases.length - elsewhere.length} of ${cases.length} cases played\n`,
    );
  });

  it('fail when the corpus gains a case that nobody judges', async () => {
    const corpora = await temporaryFolder();
    await mkdir(path.join(corpora, 'confinement'));
    const unknown = {
      id: 'att-999',
      tool: 'clipboard',
      input: {},
      setup: [],
      platform: 'any',
      expect: 'refuse',
      why: 'new',
    };
    const render = { ...unknown, id: 'att-998', tool: 'render', input: { hologram: 'x' } };
    const lines = [unknown, render].map((each) => JSON.stringify(each)).join('\n');
    await writeFile(path.join(corpora, 'confinement/attacks.jsonl'), `${lines}\n`);
    await writeFile(path.join(corpora, 'confinement/benign.jsonl'), '');
    const { failures } = await runSuites(
      ['confinement-corpus'],
      corpora,
      path.join(corpora, 'report'),
    );
    assert.deepEqual(failures.map((title) => title.slice(0, 7)).sort(), ['att-998', 'att-999']);
  });
});
