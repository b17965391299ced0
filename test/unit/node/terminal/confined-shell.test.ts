/** Commands of a lane in everything that confines them, as real processes; in a real sandbox where this machine has one. */
import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { CommandOutcome, Shell } from '../../../../src/engine/lane-ports.ts';
import { sandboxCheck } from '../../../../src/node/doctor/sandbox-check.ts';
import { createConfinedShell } from '../../../../src/node/terminal/confined-shell.ts';
import { isHost } from '../../../../src/node/terminal/host-names.ts';
import { createSandbox, type Sandbox } from '../../../../src/node/terminal/sandbox.ts';
import { networkOf } from '../../../../src/node/terminal/terminal-settings.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';

const never = new AbortController().signal;

describe('The network that commands are given', () => {
  it('is made of hosts alone: what would open all of them opens none', () => {
    const hosts = ['a.example', '*.b.example', 'c.example:443', '10.0.0.1'];
    const none = ['*', '*.com', '', '.', 'a..b', 'localhost', '*.10.0', 'a.example/x', 'a b.c'];
    assert.deepEqual([...hosts, ...none].filter(isHost), hosts);
    assert.deepEqual(networkOf([...hosts, ...none]), { hosts, loopback: false });
    assert.deepEqual(networkOf(['loopback', '*']), { hosts: [], loopback: true });
    assert.deepEqual(networkOf([]), networkOf('off'));
  });
});

describe('A confined command', function () {
  this.timeout(30_000);
  const temporaryFolder = temporaryFolders();
  let base: string;
  const at = (...names: string[]): string => path.join(base, ...names);

  beforeEach(async () => {
    base = await temporaryFolder();
    for (const name of ['lane', 'workspace', 'other']) await mkdir(at(name));
    await writeFile(at('workspace', '.env'), 'secret');
  });

  function shellWith(sandbox?: Sandbox): Shell {
    return createConfinedShell({
      root: at('lane'),
      scratch: at('scratch'),
      quarantine: at('quarantine'),
      hidden: [at('workspace')],
      readable: [at('workspace', 'node_modules')],
      ...(sandbox === undefined ? {} : { sandbox }),
    });
  }

  const run = (shell: Shell, line: string, more: object = {}): Promise<CommandOutcome> =>
    shell.run({ line, timeoutMs: 20_000, maxBytes: 10_000, ...more }, never);

  describe('whatever the machine has', () => {
    it('finds in its home what an earlier command of the lane left there', async () => {
      const shell = shellWith();
      await run(shell, 'echo cached > "$HOME/cache"; echo kept > "$TMPDIR/x"');
      assert.equal((await run(shell, 'cat "$HOME/cache" "$TMPDIR/x"')).output, 'cached\nkept\n');
    });

    it('leaves no repository, hook, editor or agent configuration in the lane', async () => {
      await mkdir(at('lane', '.vscode'));
      await writeFile(at('lane', '.vscode', 'settings.json'), '{}');
      const { output, quarantined } = await run(
        shellWith(),
        [
          'mkdir -p .git/hooks sub/.git .husky .vscode deep/bare/objects deep/bare/refs node_modules/x',
          'touch .git/hooks/post-checkout sub/.git/config .husky/pre-commit .vscode/tasks.json',
          'touch deep/bare/HEAD .mcp.json src.ts node_modules/x/AGENTS.md',
          'ln -s /etc/passwd .cursorrules',
        ].join('\n'),
      );
      const kinds = Object.fromEntries(
        (quarantined?.files ?? []).map((each) => [each.path, each.kind]),
      );
      assert.deepEqual(kinds, {
        '.git': 'git',
        'sub/.git': 'git',
        'deep/bare': 'git',
        '.husky/pre-commit': 'hooks',
        '.vscode/tasks.json': 'editor',
        '.mcp.json': 'agents',
        '.cursorrules': 'agents',
      });
      assert.match(output, /Muster moved out of your copy .*"\.git"/);
      assert.deepEqual((await readdir(at('lane'))).sort(), [
        '.husky',
        '.vscode',
        'deep',
        'node_modules',
        'src.ts',
        'sub',
      ]);
      assert.deepEqual(await readdir(at('lane', '.vscode')), ['settings.json']);
      const kept = await readdir(quarantined?.folder ?? '', { recursive: true });
      assert.ok(kept.includes('.git/hooks/post-checkout'));
    });

    it('notices a repository that was put in the place of the one that was there', async () => {
      await writeFile(at('lane', '.git'), 'gitdir: here');
      const shell = shellWith();
      assert.equal((await run(shell, 'true')).quarantined, undefined);
      const { quarantined } = await run(shell, 'echo "gitdir: /evil" > .git');
      assert.deepEqual(quarantined?.files, [{ path: '.git', kind: 'git' }]);
    });

    it('hides nothing from the scan: not deep down, not behind many files, not in the same size and time', async () => {
      await writeFile(at('lane', '.git'), 'gitdir: here');
      const deep = Array.from({ length: 80 }, () => 'd').join('/');
      const { quarantined } = await run(
        shellWith(),
        [
          `mkdir -p ${deep}/.git 0; touch 0/f{1..3000}`,
          'mkdir -p z/.vscode; touch z/.vscode/tasks.json',
          'touch -r .git time; printf "gitdir: evil" > .git; touch -r time .git; rm time',
        ].join('\n'),
      );
      const found = (quarantined?.files ?? []).map((each) => each.path).sort();
      assert.deepEqual(found, ['.git', `${deep}/.git`, 'z/.vscode/tasks.json']);
    });

    it('is shown while it runs', async () => {
      const seen: string[] = [];
      const onOutput = (text: string): void => void seen.push(text);
      await run(shellWith(), 'echo one; sleep 0.1; echo two', { onOutput });
      assert.equal(seen.join(''), 'one\ntwo\n');
      assert.ok(seen.length > 1);
    });

    it('does not start when its sandbox cannot be made', async () => {
      const broken: Sandbox = {
        state: async () => ({ works: true }),
        wrap: () => Promise.reject(new Error('no namespaces')),
        setNetwork: () => {},
        close: async () => {},
      };
      const outcome = await run(shellWith(broken), 'touch ran');
      assert.equal(outcome.ended, 'not-started');
      assert.match(outcome.output, /its sandbox could not be made \(no namespaces\)/);
      assert.deepEqual(await readdir(at('lane')), []);
    });
  });

  describe('in a sandbox', () => {
    const sandbox = createSandbox();
    let shell: Shell;

    before(async function () {
      const state = await sandbox.state();
      if (state.works) return;
      process.stderr.write(`      no sandbox here: ${state.reason}. ${state.advice}\n`);
      this.skip();
    });
    beforeEach(() => {
      shell = shellWith(sandbox);
    });
    after(() => sandbox.close());

    it('writes in its lane and its own temporary folder, and nowhere else', async () => {
      const line = `echo a > in; echo b > "$TMPDIR/t"; echo x > ${at('other', 'x')}; echo x > /tmp/claude/x; echo x > ~/x && cat in "$TMPDIR/t"`;
      const { output } = await run(shell, line);
      assert.match(output, /other\/x: Read-only file system/);
      assert.match(output, /a\nb\n$/);
      assert.deepEqual(await readdir(at('other')), []);
    });

    it('reads neither the workspace nor the home of the person, but installed packages', async () => {
      await mkdir(at('workspace', 'node_modules', 'dep'), { recursive: true });
      await writeFile(at('workspace', 'node_modules', 'dep', 'index.js'), 'dep');
      const { output } = await run(
        shell,
        `cat ${at('workspace', '.env')}; cat ${at('workspace', 'node_modules/dep/index.js')}; echo x > ${at('workspace', 'node_modules/dep/x')}; ls -A ${process.env.HOME ?? '/root'} | head`,
      );
      assert.doesNotMatch(output, /secret/);
      assert.match(output, /No such file or directory\ndep/);
      assert.match(output, /Read-only file system/);
      assert.deepEqual(await readdir(at('workspace', 'node_modules', 'dep')), ['index.js']);
    });

    it('cannot give a file outside a second name in the lane', async () => {
      await writeFile(at('other', 'secret'), 'secret');
      const { output } = await run(shell, `ln ${at('other', 'secret')} here; cat here`);
      assert.match(output, /cross-device/);
    });

    for (const network of ['off', 'loopback', ['opened.invalid']] as const) {
      it(`reaches no port of the machine, but serves itself, with the network ${JSON.stringify(network)}`, async () => {
        sandbox.setNetwork(networkOf(network));
        // Whoever said yes to these meant the command's own.
        const hosts = ['127.0.0.1', 'app.localhost'];
        const server = createServer((socket) => socket.end('reached'));
        const port = await new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address ? address.port : 0);
          });
        });
        const own = `require('net').createServer(s=>s.end('own')).listen(4321,'127.0.0.1',()=>require('net').connect(4321,'127.0.0.1').on('data',d=>{console.log(String(d));process.exit()}))`;
        const { output } = await run(
          shell,
          `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3; curl -sS --max-time 5 --noproxy '' http://127.0.0.1:${port}/; curl -sS --max-time 5 --noproxy '' http://app.localhost:${port}/; node -e "${own}"`,
          { hosts },
        );
        server.close();
        sandbox.setNetwork(networkOf('off'));
        assert.doesNotMatch(output, /reached/);
        assert.match(output, /own/);
      });
    }

    /** 403 is the proxy's no; the names do not exist, so that a yes ends at resolving them. */
    const probe = (host: string): string =>
      `curl -sS -o /dev/null -w '%{http_connect}' --max-time 5 https://${host}/ 2>&1; true`;

    it('reaches a host only while it is opened for it', async () => {
      assert.match((await run(shell, probe('blocked.invalid'))).output, /403/);
      const opened = await run(shell, probe('opened.invalid'), { hosts: ['opened.invalid'] });
      assert.doesNotMatch(opened.output, /403/);
      assert.match((await run(shell, probe('opened.invalid'))).output, /403/);
    });

    it('does not reach a host that is opened for another command of the same moment', async () => {
      const waiting = `touch began; until [ -e done ]; do sleep 0.02; done; ${probe('opened.invalid')}`;
      const other = run(shell, waiting, { hosts: ['opened.invalid'] });
      const own = `until [ -e began ]; do sleep 0.02; done; ${probe('opened.invalid')}; touch done`;
      assert.match((await run(shell, own)).output, /403/);
      assert.doesNotMatch((await other).output, /403/);
    });

    it('does not start when a host to open is none', async () => {
      for (const host of ['*', '*.com', 'https://a.example/', 'intranet']) {
        const outcome = await run(shell, 'touch ran', { hosts: [host] });
        assert.equal(outcome.ended, 'not-started', host);
      }
      assert.deepEqual(await readdir(at('lane')), []);
    });

    it('is held in folders whose names look like patterns', async () => {
      const hidden = at('[w]orkspace*');
      for (const name of [hidden, at('[l]ane?')]) await mkdir(name);
      await writeFile(path.join(hidden, 'secret'), 'secret');
      const odd = createConfinedShell({
        root: at('[l]ane?'),
        scratch: at('scratch'),
        quarantine: at('quarantine'),
        hidden: [hidden],
        readable: [],
        sandbox,
      });
      const { output } = await run(odd, `cat '${hidden}/secret'; echo x > in; cat in`);
      assert.match(output, /No such file or directory\nx\n$/);
    });

    it('sees no credential of the person', async () => {
      process.env.MUSTER_TEST_TOKEN = 'secret';
      const { output } = await run(
        shell,
        'env; cat /proc/1/environ /proc/$PPID/environ 2>/dev/null; true',
      );
      delete process.env.MUSTER_TEST_TOKEN;
      assert.doesNotMatch(output, /MUSTER_TEST_TOKEN/);
    });

    it('ends with all that it started, though that ignores the signal and floods its output', async () => {
      const line =
        '(trap "" TERM; exec setsid bash -c \'trap "" TERM; while :; do echo flood; done\') & trap "" TERM; while :; do echo flood; done';
      const started = performance.now();
      const outcome = await run(shell, `echo $$ > pid; ${line}`, { timeoutMs: 1000 });
      assert.equal(outcome.ended, 'timeout');
      assert.ok(outcome.output.length < 12_000 && outcome.cutBytes > 0);
      assert.ok(performance.now() - started < 8000);
      await writeFile(at('lane', 'after'), '');
      const { output } = await run(shell, 'ps -ef 2>/dev/null | grep -c "[f]lood" || true');
      assert.match(output, /^(?:0)?\s*$/);
    });

    it('is what the doctor reports', async () => {
      assert.equal((await sandboxCheck.run(never)).state, 'works');
    });
  });
});
