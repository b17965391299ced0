/** Storage that is full in the middle of a run: said clearly, nothing half-written, and the run goes on when there is room. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, describe, it } from 'mocha';
import { fingerprintOf } from '../../support/folder-contents.ts';
import { creates, scriptOf } from '../../support/runs/script-parts.ts';
import { type CommandLine, openCommandLine, removeCompileCache } from './command-line.ts';

const program = path.join(import.meta.dirname, '../../../src/cli/cli.ts');

describe('muster on storage that is full', function () {
  this.timeout(90_000);
  let at: CommandLine;
  afterEach(() => at.close());
  after(removeCompileCache);

  it('stops with the reason, loses nothing, and goes on when there is room', async () => {
    at = await openCommandLine(
      scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n'.repeat(200_000)) }),
    );
    const before = await fingerprintOf(at.workspace);
    const run = await at.muster(['run', '--task', 'Do it', '--json']);
    assert.equal(run.code, 3, run.stderr);
    const runId = run.lines()[0]?.runId ?? '';
    const other = await at.muster(['run', '--task', 'Do it, too', '--json']);
    assert.equal(other.code, 3, other.stderr);
    const size = Math.ceil((await databaseSize(at.state)) / 1024);
    const full = await limited(size + 40, ['approve', runId]);
    assert.equal(full.code, 1, full.stderr);
    assert.match(full.stderr, /could not be stored \((the disk (is full|reported an error))\)/);
    assert.match(full.stderr, /your files were not touched/);
    assert.deepEqual(await fingerprintOf(at.workspace), before);
    const resumed = await at.muster(['resume', runId, '--approve-plan', '--json']);
    assert.equal(resumed.code, 3, resumed.stderr);
    const shown = (await at.muster(['show', runId, '--json'])).lines();
    assert.deepEqual(
      shown.map(({ seq }) => seq),
      shown.map((_, index) => index + 1),
    );
    const unharmed = await at.muster(['approve', other.lines()[0]?.runId ?? '']);
    assert.equal(unharmed.code, 3, unharmed.stderr);
  });

  /** No file of the process may grow beyond that. */
  async function limited(kibibytes: number, args: readonly string[]) {
    const places = ['--workspace', at.workspace, '--state', at.state, '--base-url', at.server.url];
    const command = [process.execPath, '--no-warnings', program, ...args, ...places];
    const child = spawn('bash', ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', ...command], {
      cwd: at.root,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: at.root,
        TMPDIR: at.root,
        ANTHROPIC_API_KEY: at.server.apiKey,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    return { code, stderr };
  }
});

async function databaseSize(state: string): Promise<number> {
  for (const name of await readdir(state)) {
    const found = await stat(path.join(state, name, 'muster.db')).catch(() => undefined);
    if (found) return found.size;
  }
  throw new Error(`No database in ${state}`);
}
