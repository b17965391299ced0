/** A review without lenses, in the inline view, in two windows, while files are changed and typed in: every byte is as decided. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Script } from '../../src/node/models/script.ts';
import { type ModelServer, startModelServer } from '../support/model-server/start-model-server.ts';
import { call, finish, scriptOf } from '../support/runs/script-parts.ts';
import { goToLine, waitForLine } from '../support/workbench/page/go-to-line.ts';
import { waitUntil } from '../support/workbench/wait-until.ts';
import { folderState } from './folder-state.ts';
import { type Bytes, sidesOf, writeFiles } from './review-workspace.ts';
import { type E2eStage, openE2eStage, orchestrate, type Scene } from './stage.ts';

const linesOf = (changed: readonly number[], word = 'changed') =>
  Array.from({ length: 24 }, (_, index) =>
    changed.includes(index + 1) ? `line ${index + 1} ${word}\n` : `line ${index + 1}\n`,
  ).join('');
const latin = (word: string) => Buffer.from(`caf\u00e9\n${word}\nna\u00efve\n`, 'latin1');

const files: Record<string, [before: Bytes, after: Bytes]> = {
  'hunks.txt': [linesOf([]), linesOf([3, 12, 21])],
  'latin.txt': [latin('old'), latin('new')],
  'merged.txt': [linesOf([]), linesOf([3])],
  'clash.txt': [linesOf([]), linesOf([3])],
};
const script = scriptOf([{ id: 'alter' }], {
  'work/alter': [
    ...call('run_command', { command: 'cp -r next/. .' }),
    ...call('edit_file', {
      path: 'typed.txt',
      old_str: 'line 3\n',
      new_str: 'line 3 changed\n',
    }),
    ...finish,
  ],
});

describe('a review while other things go on', function () {
  this.timeout(180_000);
  let server: ModelServer;
  let stage: E2eStage;
  let scene: Scene;
  let other: Scene;
  let folder: string;
  let untouched: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'muster-meanwhile-'));
    await writeFiles(folder, { ...sidesOf(files), 'typed.txt': linesOf([]) });
    server = await startModelServer(Script.parse(script), { pace: 0 });
    stage = await openE2eStage({
      name: 'review-meanwhile',
      settings: {
        'muster.anthropic.baseUrl': server.url,
        'editor.codeLens': false,
        'diffEditor.codeLens': false,
        'diffEditor.renderSideBySide': false,
        'files.autoSave': 'off',
      },
      env: { ANTHROPIC_API_KEY: server.apiKey },
    });
    untouched = await folderState(folder);
    scene = await stage.open(folder);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await scene?.picture('failed');
    if (this.currentTest?.state === 'failed') await other?.picture('failed in the other');
  });
  after(async () => {
    await stage?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const openFile = async ({ panel, diff }: Scene, name: string) => {
    await panel.changes.getByRole('button', { name, exact: true }).click();
    await diff.waitForTitle(new RegExp(name.replace('.', '\\.')));
  };
  const status = ({ page }: Scene) =>
    page.locator('.statusbar-item', { hasText: /Muster: .*decided/ }).textContent();
  const waitForUndecided = (at: Scene, words: string) =>
    waitUntil(async () => (await status(at))?.includes(words), {
      what: `${words} in the status bar`,
      timeoutMs: 20_000,
      detail: async () => (await status(at)) ?? 'nothing is there',
    });
  const waitForText = ({ page }: Scene, text: string) =>
    page.locator('.editor.modified .view-line', { hasText: text }).first().waitFor();

  it('begins with text in an editor that was not saved', async () => {
    await scene.page.getByRole('treeitem', { name: 'typed.txt' }).last().dblclick();
    await scene.page.locator('.tab.active', { hasText: 'typed.txt' }).waitFor();
    await goToLine(scene.page, 24);
    await scene.page.keyboard.press('End');
    await scene.page.keyboard.type(' mine');
    await orchestrate(scene, 'Change the lines.');
    await scene.panel.approve.click({ timeout: 60_000 });
    await scene.panel.allowForRun.first().click({ timeout: 60_000 });
    await scene.panel.applyAccepted.waitFor({ timeout: 90_000 });
    await waitForUndecided(scene, '7 undecided');
  });

  it('is done inline without any lens, by the buttons of the title and by keys', async () => {
    await openFile(scene, 'hunks.txt');
    await waitForText(scene, 'line 3 changed');
    await goToLine(scene.page, 3);
    await scene.diff.pressTitleButton('Accept Hunk');
    await waitForUndecided(scene, '6 undecided');
    await scene.page.keyboard.press('Shift+Alt+J');
    await waitForLine(scene.page, 12);
    await scene.diff.pressTitleButton('Reject Hunk');
    await waitForUndecided(scene, '5 undecided');
    assert.deepEqual(await scene.diff.lenses(), []);
    await scene.picture('inline without lenses');
    await scene.page.keyboard.press('Shift+Alt+U');
    await waitForUndecided(scene, '6 undecided');
    await scene.page.keyboard.press('Shift+Alt+N');
    await waitForUndecided(scene, '5 undecided');
  });

  it('shows in each of two windows what is decided and written in the other', async () => {
    other = await stage.open(folder);
    await other.workbench.openView('Muster');
    await waitForUndecided(other, '5 undecided');
    await openFile(other, 'hunks.txt');
    await goToLine(other.page, 21);
    await other.page.keyboard.press('End');
    await other.page.keyboard.type(' and mine');
    await other.page.keyboard.press('Control+S');
    await waitForText(scene, 'line 21 changed and mine');
    await other.page.keyboard.press('Shift+Alt+Y');
    await waitForUndecided(scene, '4 undecided');
    await other.picture('the other window');
    const accept = { name: 'Accept merged.txt', exact: true };
    await scene.panel.changes.getByRole('button', accept).click();
    await waitForUndecided(other, '3 undecided');
  });

  it('takes no text into a file whose encoding cannot be told, and says what to do', async () => {
    await openFile(scene, 'latin.txt');
    await waitForText(scene, 'new');
    await goToLine(scene.page, 2);
    await scene.page.keyboard.press('End');
    await scene.page.keyboard.type('er');
    await scene.page.keyboard.press('Control+S');
    await scene.page
      .getByText(/The encoding of latin\.txt cannot be told/)
      .first()
      .waitFor();
    await scene.picture('encoding');
    await scene.workbench.notifications.clear();
    await scene.workbench.quickInput.runCommand('File: Revert File');
    await scene.page.keyboard.press('Control+Shift+Alt+Y');
    await waitForUndecided(scene, '2 undecided');
  });

  it('writes nothing where a file moved on in the same lines, and asks anew', async () => {
    await writeFile(path.join(folder, 'merged.txt'), linesOf([21], 'of mine'));
    await writeFile(path.join(folder, 'clash.txt'), linesOf([3], 'of mine'));
    for (const name of ['clash.txt', 'typed.txt']) {
      await scene.panel.changes
        .getByRole('button', { name: `Accept ${name}`, exact: true })
        .click();
    }
    await waitForUndecided(scene, 'all decided');
    const before = await folderState(folder);
    await scene.panel.applyAccepted.click();
    await scene.panel.changes.getByText('Conflict, decide anew').waitFor({ timeout: 60_000 });
    await waitForUndecided(other, '1 undecided');
    assert.deepEqual(await folderState(folder), before);
    await openFile(scene, 'clash.txt');
    await scene.picture('conflict');
  });

  it('applies the rest: merged on disk, edited in the editor, each byte as decided', async () => {
    await scene.panel.changes
      .getByRole('button', { name: 'Reject clash.txt', exact: true })
      .click();
    await waitForUndecided(scene, 'all decided');
    await scene.panel.applyAccepted.click();
    await scene.panel.frame.getByText('Changes applied').first().waitFor({ timeout: 60_000 });
    await other.panel.frame.getByText('Changes applied').first().waitFor({ timeout: 60_000 });
    const hunks = linesOf([3, 21]).replace('line 21 changed', 'line 21 changed and mine');
    const merged = linesOf([3]).replace('line 21\n', 'line 21 of mine\n');
    assert.deepEqual(await folderState(folder), {
      ...untouched,
      'hunks.txt': Buffer.from(hunks).toString('base64'),
      'latin.txt': latin('new').toString('base64'),
      'merged.txt': Buffer.from(merged).toString('base64'),
      'clash.txt': Buffer.from(linesOf([3], 'of mine')).toString('base64'),
    });
    await scene.page.locator('.tab', { hasText: 'typed.txt' }).click();
    await goToLine(scene.page, 3);
    await scene.page.locator('.view-line', { hasText: 'line 3 changed' }).first().waitFor();
    await scene.picture('applied into an unsaved editor');
    await scene.page.keyboard.press('Control+S');
    const saved = linesOf([3]).replace('line 24\n', 'line 24 mine\n');
    const onDisk = () => readFile(path.join(folder, 'typed.txt'), 'utf8');
    await waitUntil(async () => (await onDisk()) === saved, {
      what: 'both the accepted and the typed text on disk',
      timeoutMs: 15_000,
      detail: onDisk,
    });
  });
});
