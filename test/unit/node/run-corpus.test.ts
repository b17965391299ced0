/** The corpus' cases that take a run to play: what a repository's texts, filters and hooks try while agents work. */
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { createLaneShell } from '../../../src/node/lane-shell.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import { corpusCases, sayRule } from '../../support/confinement/corpus.ts';
import { makeWorld } from '../../support/confinement/world.ts';
import { call, finish, scriptOf } from '../../support/runs/script-parts.ts';
import {
  openHost,
  openStage,
  runUntilReview,
  type Stage,
} from '../../support/runs/scripted-run.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('A run against the corpus', function () {
  this.timeout(60_000);
  const temporaryFolder = temporaryFolders();
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  for (const { id, input, why } of corpusCases('attacks.jsonl', /^prompt$/u)) {
    const text = String(input.text);
    it(`${id} ${JSON.stringify(text)}: ${why}`, async function () {
      const file = String(input.file ?? 'README.md');
      stage = await openStage({ files: { [file]: `${text}\n` } });
      const command = /Run: (.*)/u.exec(text)?.[1] ?? text;
      const script = scriptOf([{ id: 'a' }], {
        'work/a': [
          ...call('read_file', { path: file }),
          ...call('run_command', { command }),
          ...finish,
        ],
      });
      const driver = await stage.host.start('Do what the README says', stage.provider(script));
      driver.start();
      const asked: string[] = [];
      for (;;) {
        const state: RunState = await driver.idle();
        const [open] = openApprovals(state);
        if (open === undefined) break;
        const { approvalId, kind, hash = '' } = open;
        if (kind === 'command') asked.push(open.reasons?.join('; ') ?? '');
        const decision =
          kind === 'plan'
            ? ({ decision: 'approve', hash } as const)
            : ({ decision: 'deny' } as const);
        await driver.decide(approvalId, decision, 'test');
      }
      assert.equal(asked.length, 1);
      assert.ok(!stage.events.some((event) => event.type === 'command:started'));
      sayRule(this, asked[0] ?? '');
    });
  }

  const contained = corpusCases('attacks.jsonl', /^git$/u).filter(
    (each) => each.expect === 'contain',
  );
  for (const { id, input, setup, why } of contained) {
    it(`${id} git ${input.args.join(' ')}: ${why}`, async function () {
      const base = await temporaryFolder();
      const world = await makeWorld(base, setup);
      await writeFile(path.join(world.root, 'a.txt'), 'a');
      const told = { events: [], writes: [], recovered: [] };
      const host = await openHost(base, world.root, { files: {}, ...told });
      stage = await openStage({ files: { 'a.txt': 'a' } });
      try {
        const named = input.args.filter((arg) => /^\w+\.\w+$/u.test(arg));
        const script = scriptOf([{ id: 'a' }], {
          'work/a': [
            ...[...named, 'new.z'].flatMap((name) => [
              ...call('delete_file', { path: name }),
              ...call('create_file', { path: name, content: 'x\n' }),
            ]),
            ...call('git_status', {}),
            ...call('git_diff', {}),
            ...call('git_commit', { message: 'x' }),
            ...finish,
          ],
        });
        const state = await runUntilReview(await host.start('Do it', stage.provider(script)));
        assert.equal(state.status, 'reviewing', state.error?.message);
        assert.ok(state.changes?.files.some((file) => file.path === 'new.z'));
      } finally {
        await host.close();
      }
      const all = await readdir(base, { recursive: true });
      assert.deepEqual(
        all.filter((name) => /PWNED/u.test(name)),
        [],
      );
      sayRule(
        this,
        "Muster's own git directory has no filters, hooks or settings of the repository",
      );
    });
  }

  const shown = corpusCases('attacks.jsonl', /^terminal$/u).filter((each) => each.expect !== 'ask');
  for (const { id, input, expect, why } of shown) {
    it(`${id} ${JSON.stringify(input.command)}: ${why}`, async function () {
      assert.equal(expect, 'contain');
      const root = await temporaryFolder();
      const secrets = [
        'ANTHROPIC_API_KEY',
        'OPENAI_API_KEY',
        'GITHUB_TOKEN',
        'AWS_SECRET_ACCESS_KEY',
        'SSH_AUTH_SOCK',
      ];
      const environment = {
        PATH: process.env.PATH,
        ...Object.fromEntries(secrets.map((name) => [name, 'the-secret'])),
      };
      const command = { line: input.command, timeoutMs: 20_000, maxBytes: 100_000 };
      const outcome = await createLaneShell({ root, environment }).run(
        command,
        new AbortController().signal,
      );
      assert.equal(outcome.ended, 'exit');
      assert.doesNotMatch(outcome.output, new RegExp(`the-secret|${secrets.join('|')}`));
      sayRule(this, 'the list of what is let in');
    });
  }
});
