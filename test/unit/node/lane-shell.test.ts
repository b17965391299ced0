/** Commands in a lane, as real processes: what they see, how they end, and that nothing of them stays. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { CommandOutcome, Shell } from '../../../src/engine/lane-ports.ts';
import { createLaneShell } from '../../../src/node/lane-shell.ts';
import type { ProcessRef } from '../../../src/shared/process-ref.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('A command in a lane', () => {
  const temporaryFolder = temporaryFolders();
  let root: string;
  let shell: Shell;

  beforeEach(async () => {
    root = path.join(await temporaryFolder(), 'lane');
    await mkdir(root);
    shell = createLaneShell({ root });
  });

  type Options = {
    timeoutMs?: number;
    maxBytes?: number;
    signal?: AbortSignal;
    onOutput?: (text: string) => void;
  };
  const run = (line: string, options: Options = {}): Promise<CommandOutcome> => {
    const { signal = never, ...rest } = options;
    return shell.run({ line, timeoutMs: 20_000, maxBytes: 10_000, ...rest }, signal);
  };

  /** Ends what is left in any case; a zombie that nobody collects counts as ended. */
  async function assertEnded(pidFile: string): Promise<void> {
    const text = await readFile(path.join(root, pidFile), 'utf8');
    for (const pid of text.trim().split(/\s+/u).map(Number)) {
      const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
      const isGone = status.slice(status.lastIndexOf(')') + 2).startsWith('Z');
      if (!isGone && isRunning(pid)) process.kill(pid, 'SIGKILL');
      assert.ok(isGone, `process ${pid} went on running`);
    }
  }

  it('runs in the lane and tells how it ended', async () => {
    const { exitCode, ended, output } = await run('pwd; exit 3');
    assert.deepEqual(
      { exitCode, ended, output },
      { exitCode: 3, ended: 'exit', output: `${root}\n` },
    );
  });

  it('gives both its streams in the order in which they were printed', async () => {
    const { output } = await run('for i in 1 2 3; do echo out$i; echo err$i >&2; done');
    assert.equal(output, 'out1\nerr1\nout2\nerr2\nout3\nerr3\n');
  });

  it('has no exit code when a signal ended it', async () => {
    const { exitCode, ended } = await run('kill -9 $$');
    assert.deepEqual({ exitCode, ended }, { exitCode: null, ended: 'exit' });
  });

  it('has nothing to read from', async () => {
    assert.equal((await run('cat; echo done')).output, 'done\n');
  });

  it('may have a syntax error', async () => {
    const { exitCode, output } = await run('echo (');
    assert.equal(exitCode, 2);
    assert.match(output, /syntax error/);
  });

  describe('sees an environment', () => {
    const credentials = {
      ANTHROPIC_API_KEY: 'leak',
      ANTHROPIC_BASE_URL: 'leak',
      OPENAI_API_KEY: 'leak',
      GITHUB_TOKEN: 'leak',
      AWS_SECRET_ACCESS_KEY: 'leak',
      SSH_AUTH_SOCK: 'leak',
      VSCODE_IPC_HOOK_CLI: 'leak',
      GIT_DIR: 'leak',
      GIT_CONFIG_COUNT: 'leak',
      GIT_ASKPASS: 'leak',
      NODE_OPTIONS: '--leak',
      LD_PRELOAD: 'leak',
      BASH_ENV: 'leak',
      ENV: 'leak',
      npm_config_registry: 'leak',
      DATABASE_URL: 'leak',
      ELECTRON_RUN_AS_NODE: 'leak',
    };

    it('without credentials or anything else that is not on the list', async () => {
      const environment = { PATH: process.env.PATH, LANG: 'C', ...credentials };
      shell = createLaneShell({ root, environment });
      const { output } = await run('env');
      assert.doesNotMatch(output, /leak/);
      const names = output.split('\n').map((line) => line.split('=')[0] ?? '');
      for (const name of Object.keys(credentials)) assert.ok(!names.includes(name), name);
      assert.match(output, /^CI=1$/m);
      assert.match(output, /^TERM=dumb$/m);
      assert.match(output, /^GIT_TERMINAL_PROMPT=0$/m);
    });

    it('with a home and a temporary folder of its own, which go with it', async () => {
      const { output } = await run('touch "$HOME/x" "$TMPDIR/y" && echo "$HOME" && echo "$TMPDIR"');
      const [home = '', temporary = ''] = output.trim().split('\n');
      assert.notEqual(home, process.env.HOME);
      assert.equal(path.dirname(home), path.dirname(temporary));
      await assert.rejects(readdir(path.dirname(home)), { code: 'ENOENT' });
    });

    it('with a temporary folder that is given, and stays', async () => {
      const kept = await temporaryFolder();
      shell = createLaneShell({ root, temporaryFolder: kept });
      await run('echo cache > "$HOME/cache"');
      assert.equal((await run('cat "$HOME/cache"')).output, 'cache\n');
      assert.deepEqual((await readdir(kept)).toSorted(), ['home', 'tmp']);
    });

    it('whose PATH has no relative folder, so that no program of the lane takes a usual name', async () => {
      await writeFile(path.join(root, 'ls'), '#!/bin/sh\necho evil\n', { mode: 0o755 });
      shell = createLaneShell({ root, environment: { PATH: `.::bin:${process.env.PATH}` } });
      assert.equal((await run('ls')).output, 'ls\n');
    });

    it('in which git finds no repository around the lane', async () => {
      await run('git init -q ..', { timeoutMs: 10_000 });
      const { exitCode, output } = await run('git status');
      assert.equal(exitCode, 128);
      assert.match(output, /not a git repository/);
    });
  });

  it('is announced with a token that all it starts carry, another each time', async () => {
    const announced: ProcessRef[] = [];
    const printed: string[] = [];
    for (const line of ['sh -c "echo $MUSTER_COMMAND"', 'echo "$MUSTER_COMMAND"']) {
      const onStart = async (one: ProcessRef) => void announced.push(one);
      const command = { line, timeoutMs: 20_000, maxBytes: 10_000, onStart };
      printed.push((await shell.run(command, never)).output.trim());
    }
    assert.deepEqual(
      announced.map(({ token }) => token),
      printed,
    );
    assert.equal(new Set(printed).size, 2);
    assert.ok(!printed.includes(''));
  });

  it('is bounded in what it keeps of a flood, and the host in memory', async () => {
    const before = process.memoryUsage().rss;
    const { exitCode, output, cutBytes } = await run(
      'echo first; yes flood | head -c 100000000; echo last',
    );
    assert.equal(exitCode, 0);
    assert.ok(output.startsWith('first\nflood\n'));
    assert.ok(output.endsWith('last\n'));
    assert.ok(Buffer.byteLength(output) < 10_200);
    assert.ok(cutBytes > 99_900_000);
    assert.ok(process.memoryUsage().rss - before < 100_000_000);
  });

  it('is ended at its time limit, with what it had printed', async () => {
    const { exitCode, ended, output, ms } = await run('echo begun; sleep 60', { timeoutMs: 200 });
    assert.deepEqual(
      { exitCode, ended, output },
      { exitCode: null, ended: 'timeout', output: 'begun\n' },
    );
    assert.ok(ms >= 200 && ms < 30_000, `${ms} ms`);
  });

  it('is ended with all it started, even when all of it ignores the request', async () => {
    const stubborn = `trap '' TERM; echo $$ >> pids; while :; do sleep 1; done`;
    const line = `echo $$ >> pids; trap '' TERM; (sh -c "${stubborn.replaceAll('$', '\\$')}" &) ; while :; do sleep 1; done`;
    const { ended, ms } = await run(line, { timeoutMs: 500 });
    assert.equal(ended, 'timeout');
    assert.ok(ms >= 2400, `${ms} ms`);
    const pids = (await readFile(path.join(root, 'pids'), 'utf8')).trim().split('\n');
    assert.equal(pids.length, 2);
    await assertEnded('pids');
  });

  it('may end in its own way when it is asked to', async () => {
    const line = `trap 'echo tidied; exit 0' TERM; echo ready; sleep 60 & wait`;
    const { ended, exitCode, output } = await run(line, { timeoutMs: 300 });
    assert.deepEqual([ended, exitCode], ['timeout', null]);
    assert.match(output, /ready\ntidied/);
  });

  it('is cancelled within a second, even when it ignores the request', async () => {
    const controller = new AbortController();
    const line = `trap '' TERM; echo $$ > pids; echo ready; while :; do sleep 0.2; done`;
    let asked = 0;
    const onOutput = () => {
      asked = performance.now();
      controller.abort();
    };
    const { ended } = await run(line, { signal: controller.signal, onOutput });
    assert.equal(ended, 'cancelled');
    // A time-out leaves two seconds to end in.
    assert.ok(performance.now() - asked < 1900, `${performance.now() - asked} ms`);
    await assertEnded('pids');
  });

  it('is not started when it was cancelled before', async () => {
    const { ended } = await run('touch begun', { signal: AbortSignal.abort() });
    assert.equal(ended, 'cancelled');
    assert.deepEqual(await readdir(root), []);
  });

  it('leaves nothing in the background when it ends', async () => {
    const { ended, exitCode, ms } = await run('sleep 60 & echo $! > pids; echo hi');
    assert.deepEqual([ended, exitCode], ['exit', 0]);
    assert.ok(ms < 30_000, `${ms} ms`);
    await assertEnded('pids');
  });

  it('does not wait for a process that left its group and holds the output open', async () => {
    const { ended, output, ms } = await run('setsid sleep 60 & echo hi');
    assert.deepEqual([ended, output], ['exit', 'hi\n']);
    assert.ok(ms < 30_000, `${ms} ms`);
  });

  it('gets what a process at the end of a pipe still prints', async () => {
    const { output } = await run('echo one > >(sleep 0.1; cat)');
    assert.equal(output, 'one\n');
  });

  it('is not started where there is no shell or no lane, and says so', async () => {
    const without = createLaneShell({ root, shells: ['/nowhere/sh'] });
    const one = await without.run({ line: 'true', timeoutMs: 1000, maxBytes: 100 }, never);
    assert.equal(one.ended, 'not-started');
    assert.match(one.output, /no shell at its usual place/);
    const gone = createLaneShell({ root: path.join(root, 'gone') });
    const other = await gone.run({ line: 'true', timeoutMs: 1000, maxBytes: 100 }, never);
    assert.equal(other.ended, 'not-started');
    assert.match(other.output, /folder could not be prepared/);
  });

  it('is not started by a shell that cannot run, and says so', async () => {
    await writeFile(path.join(root, 'broken'), '#!/nowhere/sh\n', { mode: 0o755 });
    const broken = createLaneShell({ root, shells: [path.join(root, 'broken')] });
    const outcome = await broken.run({ line: 'true', timeoutMs: 1000, maxBytes: 100 }, never);
    assert.equal(outcome.ended, 'not-started');
  });
});
