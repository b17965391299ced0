/** Commands of a run go through the sandbox of its host, whatever begins them, with the places that staging gives. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { defaultCapBytes } from '../../../src/node/staging/measure-storage.ts';
import {
  createSandbox,
  type Sandbox,
  type SandboxPlaces,
} from '../../../src/node/terminal/sandbox.ts';
import { defaultTerminal } from '../../../src/node/terminal/terminal-settings.ts';
import type { BodyRef } from '../../../src/shared/ids.ts';
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
});
