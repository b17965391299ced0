/** Commands of a run go through the sandbox of its host, whatever begins them, with the places that staging gives. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sandboxCheck } from '../../../src/node/doctor/sandbox-check.ts';
import { defaultCapBytes } from '../../../src/node/staging/measure-storage.ts';
import {
  createSandbox,
  type Sandbox,
  type SandboxPlaces,
} from '../../../src/node/terminal/sandbox.ts';
import { defaultTerminal } from '../../../src/node/terminal/terminal-settings.ts';
import type { BodyRef } from '../../../src/shared/ids.ts';
import { openApprovals } from '../../../src/shared/run-state.ts';
import { call, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

const files = {
  'a.txt': 'one\n',
  '.gitignore': 'node_modules\nvenv\n',
  'node_modules/dep/index.js': 'dep\n',
  'venv/lib/part.py': 'part\n',
};
const lanes = () => ({
  link: ['node_modules', 'venv'],
  setUp: 'echo set up > generated.txt',
  capBytes: defaultCapBytes,
});

describe('the commands of a run', function () {
  this.timeout(60_000);
  let stage: Stage;
  let sandbox: Sandbox | undefined;
  afterEach(async () => {
    await stage.close();
    await sandbox?.close();
    sandbox = undefined;
  });

  const printed = async (): Promise<string> => {
    const results = stage.events.filter((event) => event.type === 'tool:result');
    const bodies = results.flatMap((event) =>
      'content' in event ? [event.content as BodyRef] : [],
    );
    const [first] = stage.events;
    if (!first) return '';
    return (await Promise.all(bodies.map((ref) => stage.host.body(first.runId, ref)))).join('');
  };
  const work = async (commands: string[]) => {
    const script = scriptOf([{ id: 'a' }], {
      'work/a': [
        ...call('create_file', { path: 'b.txt', content: 'b\n' }),
        ...commands.flatMap((command) => call('run_command', { command })),
        ...finish,
      ],
    });
    return runUntilReview(await stage.host.start('Do it', stage.provider(script)));
  };

  it('are wrapped by the sandbox, the set-up of a lane as well, with the folders of that lane', async () => {
    const wrapped: Array<{ line: string; places: SandboxPlaces }> = [];
    const recording: Sandbox = {
      state: async () => ({ works: true }),
      wrap: async (line, places) => {
        wrapped.push({ line, places });
        return { line: `echo in the sandbox; ${line}`, release: () => {} };
      },
      setNetwork: () => {},
      close: async () => {},
    };
    const terminal = { settings: () => defaultTerminal, sandbox: recording };
    stage = await openStage({ files, terminal, lanes });
    await work(['make thing; cat generated.txt']);
    assert.match(await printed(), /in the sandbox\n[\s\S]*set up/);
    const [workspace, state] = [await realpath(stage.workspace), stage.host.stateFolder];
    const own = wrapped.find(({ line }) => line === 'make thing; cat generated.txt');
    const setUp = wrapped.find(({ line }) => line === lanes().setUp);
    assert.ok(own && setUp);
    for (const { places } of [own, setUp]) {
      assert.deepEqual(places.hidden, [workspace, state]);
      assert.deepEqual(
        [...places.readable].sort(),
        ['node_modules', 'venv'].map((name) => path.join(workspace, name)),
      );
      assert.ok(places.lane.startsWith(path.join(state, 'lanes')), places.lane);
      assert.ok(places.scratch.startsWith(path.join(state, 'staging')), places.scratch);
    }
  });

  it('do not run when the sandbox that worked cannot be made', async () => {
    const broken: Sandbox = {
      state: async () => ({ works: true }),
      wrap: () => Promise.reject(new Error('no namespaces')),
      setNetwork: () => {},
      close: async () => {},
    };
    stage = await openStage({
      files,
      terminal: { settings: () => defaultTerminal, sandbox: broken },
    });
    const outside = path.join(stage.root, 'outside');
    await work([`touch '${outside}'`]);
    assert.match(await printed(), /its sandbox could not be made/);
    assert.equal(existsSync(outside), false);
  });

  it('in a real sandbox reach the packages of the workspace and nothing else of it, and carry their token', async function () {
    sandbox = createSandbox();
    const state = await sandbox.state();
    if (!state.works) {
      process.stderr.write(`      no sandbox here: ${state.reason}. ${state.advice}\n`);
      return this.skip();
    }
    stage = await openStage({
      files,
      lanes,
      terminal: { settings: () => ({ ...defaultTerminal, policy: 'sandboxed' }), sandbox },
    });
    const outside = path.join(stage.root, 'outside');
    await work([
      `touch '${outside}'; cat node_modules/dep/index.js venv/lib/part.py`,
      `cat '${stage.workspace}/a.txt' || echo hidden; echo x > '${stage.workspace}/node_modules/dep/x' || echo kept`,
      'echo "token: $MUSTER_COMMAND"',
    ]);
    const asked = stage.events.filter((event) => event.type === 'approval:requested');
    assert.deepEqual(
      asked.map((event) => event.kind),
      ['plan'],
    );
    const output = await printed();
    assert.match(output, /dep\npart\n/);
    assert.match(output, /hidden\n/);
    assert.match(output, /kept\n/);
    const tokens = stage.events.flatMap((event) =>
      event.type === 'command:started' ? [event.process.token] : [],
    );
    assert.ok(tokens[2] !== undefined && output.includes(`token: ${tokens[2]}`), output);
    assert.equal(existsSync(outside), false);
    assert.equal(existsSync(path.join(stage.workspace, 'node_modules/dep/x')), false);
  });

  describe('on a machine without bubblewrap', () => {
    const { PATH } = process.env;
    afterEach(() => {
      process.env.PATH = PATH;
    });

    for (const policy of ['ask', 'sandboxed', 'deny'] as const) {
      it(`never run by themselves, whatever is set: ${policy}`, async () => {
        const bin = await mkdtemp(path.join(tmpdir(), 'muster-bin-'));
        for (const name of ['git', 'bash', 'sh', 'rg', 'socat', 'node', 'uname']) {
          const [file = ''] = execFileSync('/bin/sh', ['-c', `command -v ${name} || true`], {
            encoding: 'utf8',
          }).split('\n');
          if (file !== '') await symlink(file, path.join(bin, name));
        }
        process.env.PATH = bin;
        sandbox = createSandbox();
        try {
          const state = await sandbox.state();
          assert.ok(!state.works);
          assert.match(`${state.reason} ${state.advice}`, /bubblewrap|bwrap/);
          const { lines } = await sandboxCheck.run(new AbortController().signal);
          assert.match(
            lines.join(' '),
            /without a sandbox, and every one asks: .*(?:bubblewrap|bwrap)/,
          );
          const settings = () => ({ ...defaultTerminal, policy });
          stage = await openStage({ files, terminal: { settings, sandbox } });
          const script = scriptOf([{ id: 'a' }], {
            'work/a': [...call('run_command', { command: 'ls' }), ...finish],
          });
          const driver = await stage.host.start('Do it', stage.provider(script));
          driver.start();
          const asked: boolean[] = [];
          for (;;) {
            const [open] = openApprovals(await driver.idle());
            if (open === undefined) break;
            const { approvalId, kind, hash = '', sandboxed } = open;
            if (kind === 'command') asked.push(sandboxed ?? false);
            const decision =
              kind === 'plan'
                ? ({ decision: 'approve', hash } as const)
                : ({ decision: 'deny' } as const);
            await driver.decide(approvalId, decision, 'test');
          }
          assert.deepEqual(
            asked,
            policy === 'deny' ? [] : [false],
            'it says that there is no sandbox',
          );
          assert.ok(!stage.events.some((event) => event.type === 'command:started'));
          if (policy === 'deny') assert.match(await printed(), /switched off by the setting/);
        } finally {
          await rm(bin, { recursive: true, force: true });
        }
      });
    }
  });

  describe('beside them a search', () => {
    const editorWith = async (program: string): Promise<string> => {
      const editorRoot = await mkdtemp(path.join(tmpdir(), 'muster-editor-'));
      const folder = path.join(editorRoot, 'node_modules/@vscode/ripgrep/bin');
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'rg'), program, { mode: 0o755 });
      return editorRoot;
    };
    const cases = {
      'whose ripgrep fails': ['#!/bin/sh\necho boom >&2; exit 3\n', /ripgrep.*boom/s],
      'whose ripgrep cannot be started': ['#!/nowhere\n', /Install ripgrep/],
    } as const;
    for (const [name, [program, words]] of Object.entries(cases)) {
      it(`${name} says so to the agent, and the work goes on`, async () => {
        const editorRoot = await editorWith(program);
        try {
          stage = await openStage({ files, editorRoot });
          const script = scriptOf([{ id: 'a' }], {
            'work/a': [
              ...call('search_files', { pattern: 'one' }),
              ...call('create_file', { path: 'b.txt', content: 'b\n' }),
              ...finish,
            ],
          });
          const state = await runUntilReview(
            await stage.host.start('Do it', stage.provider(script)),
          );
          assert.equal(state.status, 'reviewing', state.error?.message);
          assert.match(await printed(), words);
          assert.deepEqual(
            state.changes?.files.map((file) => file.path),
            ['b.txt'],
          );
        } finally {
          await rm(editorRoot, { recursive: true, force: true });
        }
      });
    }
  });
});
