/** A whole run by the API, with the Anthropic provider against the loopback server, and its review in the diff editor. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Run } from '../../src/extension/api.ts';
import { openApprovals, type RunState } from '../../src/shared/run-state.ts';
import { waitUntil } from '../support/workbench/wait-until.ts';
import { muster } from './muster.ts';

describe('a run by the API', () => {
  let run: Run;
  let before: string;
  const mine = '// mine\n';
  const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

  it('goes from the request to the review, and leaves every byte of the workspace alone', async () => {
    before = await fingerprint(folder());
    run = await (await muster()).start({ task: 'Make the failing tests pass.' });
    const types = new Set<string>();
    for await (const event of run.events) {
      types.add(event.type);
      if (event.type === 'approval:requested') await decideOpen(run);
      if (event.type === 'workflow:status' && event.status === 'reviewing') break;
    }
    const expected = [
      'workflow:start',
      'analysis',
      'plan:created',
      'plan:checked',
      'team:created',
      'approval:decided',
      'task:start',
      'wave:start',
      'agent:invoke',
      'tool:call',
      'tool:result',
      'review:result',
      'task:retry',
      'task:complete',
      'wave:complete',
      'change:ready',
    ];
    for (const type of expected) assert.ok(types.has(type), `no ${type}`);
    assert.equal(await fingerprint(folder()), before);
  });

  it('shows both sides in the diff editor, with a lens to accept and one to reject over each hunk', async () => {
    const file = changed('src/money.js');
    const base = uri('muster-base', file.path);
    const proposed = uri('muster-proposed', file.path);
    await vscode.commands.executeCommand('muster.reviewChanges');
    const disk = await readFile(path.join(folder(), file.path), 'utf8');
    assert.equal((await vscode.workspace.openTextDocument(base)).getText(), disk);
    assert.notEqual((await vscode.workspace.openTextDocument(proposed)).getText(), disk);
    const titles = await lenses(proposed);
    assert.equal(titles.filter((title) => title.includes('Accept hunk')).length, file.hunks.length);
    assert.equal(titles.filter((title) => title.includes('Reject hunk')).length, file.hunks.length);
  });

  it('takes a rejected hunk out of the proposal, and puts it back when undone', async () => {
    const file = changed('src/money.js');
    const proposed = uri('muster-proposed', file.path);
    const document = await vscode.workspace.openTextDocument(proposed);
    const whole = document.getText();
    for (const hunk of file.hunks) {
      await vscode.commands.executeCommand('muster.rejectHunk', {
        runId: run.id,
        path: file.path,
        hunkId: hunk.id,
      });
    }
    const disk = await readFile(path.join(folder(), file.path), 'utf8');
    await until('the proposal without the hunks', () => document.getText() === disk);
    for (const hunk of file.hunks) {
      await vscode.commands.executeCommand('muster.undoDecision', {
        runId: run.id,
        path: file.path,
        hunkId: hunk.id,
      });
    }
    await until('the proposal with the hunks', () => document.getText() === whole);
  });

  it('applies what was accepted, into an editor with unsaved changes as an edit that stays unsaved', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const file = path.join(folder(), 'src/money.js');
    const disk = await readFile(file, 'utf8');
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(document.lineCount, 0), mine));
    await acceptAll(run.state);
    await vscode.commands.executeCommand('muster.applyAccepted');
    await until('the run to be completed', () => run.state.status === 'completed');
    const applied = run.state.applied?.find((each) => each.path === 'src/money.js');
    assert.deepEqual(applied, {
      path: 'src/money.js',
      status: 'modified',
      merged: true,
      unsaved: true,
    });
    assert.ok(document.isDirty);
    assert.ok(document.getText().endsWith(mine));
    assert.notEqual(document.getText(), disk + mine);
    assert.equal(await readFile(file, 'utf8'), disk);
    const statuses = run.state.applied?.map((each) => each.status);
    assert.deepEqual(new Set(statuses), new Set(['added', 'modified', 'deleted']));
    assert.equal(run.state.totals?.tasks.failed, 0);
    assert.ok((run.state.totals?.usage.output ?? 0) > 0);
  });

  it('takes all of it back, in the editor as well, and keeps what was typed', async () => {
    await vscode.commands.executeCommand('muster.revertRun');
    await until('the run to be reverted', () => run.state.reverted !== undefined);
    assert.deepEqual(run.state.reverted?.left, []);
    assert.equal(await fingerprint(folder()), before);
    const document = await vscode.workspace.openTextDocument(path.join(folder(), 'src/money.js'));
    const disk = await readFile(document.uri.fsPath, 'utf8');
    assert.deepEqual([document.isDirty, document.getText()], [true, disk + mine]);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  async function acceptAll(state: RunState): Promise<void> {
    for (const { path: file, hunks } of state.changes?.files ?? []) {
      for (const hunk of hunks) {
        await vscode.commands.executeCommand('muster.acceptHunk', {
          runId: run.id,
          path: file,
          hunkId: hunk.id,
        });
      }
    }
  }

  function changed(name: string) {
    const file = run.state.changes?.files.find((each) => each.path === name);
    assert.ok(file, `${name} is not in the change set`);
    return file;
  }

  function uri(scheme: string, file: string): vscode.Uri {
    return vscode.Uri.from({ scheme, path: `/${file}`, query: run.id });
  }
});

async function decideOpen(run: Run): Promise<void> {
  // One at a time: allowing for the run decides the others as well.
  for (let [open] = openApprovals(run.state); open; [open] = openApprovals(run.state)) {
    const { approvalId, kind, hash = '' } = open;
    const decision =
      kind === 'plan'
        ? ({ decision: 'approve', hash } as const)
        : ({ decision: 'allow-run' } as const);
    await run.decide(approvalId, decision);
  }
}

async function lenses(uri: vscode.Uri): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
    100,
  );
  return found.map((lens) => lens.command?.title ?? '');
}

const caughtUpMs = 30_000;

/** Until editor and run have caught up with what was told. */
async function until(what: string, condition: () => boolean): Promise<void> {
  await waitUntil(condition, { what, timeoutMs: caughtUpMs });
}

/** Every name and byte of the folder, `.git` included. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`${file}\0`).update(await readFile(file));
  return hash.digest('hex');
}
