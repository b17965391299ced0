/** The terminals that show what agents run: opened when asked for, read-only, and deaf to what output tries. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandTerminals } from '../../src/extension/command-terminals.ts';
import { CallId, RunId } from '../../src/shared/ids.ts';

describe('the terminal of an agent', () => {
  const runId = RunId.parse('run');
  const which = { agent: 'Ada', callId: CallId.parse('c1') };
  let terminals: CommandTerminals;

  beforeEach(() => {
    terminals = new CommandTerminals();
  });
  afterEach(() => terminals.dispose());

  it('has each command with what it printed, its exit code and how long it took', () => {
    terminals.output(runId, { ...which, kind: 'start', line: 'npm test' });
    terminals.output(runId, { ...which, kind: 'output', text: '1 passed\n' });
    terminals.output(runId, { ...which, kind: 'end', exitCode: 0, ended: 'exit', ms: 1234 });
    const shown = terminals.shown(runId, 'Ada');
    assert.match(shown, /\$ npm test.*\r\n1 passed\r\n.*\[exit code 0, 1\.2 s\]/s);
    assert.equal(terminals.shown(runId, 'Eve'), '');
  });

  it('opens by itself for nothing, and once when it is asked for', async () => {
    const before = vscode.window.terminals.length;
    terminals.output(runId, { ...which, kind: 'start', line: 'ls' });
    assert.equal(vscode.window.terminals.length, before);
    const opened = new Promise<vscode.Terminal>((resolve) => {
      const listening = vscode.window.onDidOpenTerminal((terminal) => {
        listening.dispose();
        resolve(terminal);
      });
    });
    terminals.show(runId, 'Ada');
    assert.equal((await opened).name, 'Muster: Ada');
    terminals.show(runId, 'Ada');
    assert.equal(vscode.window.terminals.length, before + 1);
  });

  it('lets nothing through that acts on the terminal, nor a command that hides what it is', () => {
    terminals.output(runId, { ...which, kind: 'start', line: 'ls \u001b[2J\u202e\nrm x' });
    const text = '\u001b]0;title\u0007\u001b]52;c;eA==\u0007\u001b]8;;https://evil\u0007x';
    terminals.output(runId, { ...which, kind: 'output', text });
    const shown = terminals.shown(runId, 'Ada');
    assert.doesNotMatch(shown, /title|52;c|evil|\[2J\u202e/);
    assert.match(shown, /\$ ls \\e\[2J\\u\{202e\} ⏎ rm x/);
  });

  it('keeps the end of a flood', () => {
    terminals.output(runId, { ...which, kind: 'start', line: 'yes' });
    for (let count = 0; count < 100; count += 1) {
      terminals.output(runId, { ...which, kind: 'output', text: 'y\n'.repeat(5000) });
    }
    const shown = terminals.shown(runId, 'Ada');
    assert.ok(shown.length < 250_000);
    assert.match(shown, /^\[earlier output was dropped\]/);
  });
});
