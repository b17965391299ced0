/** Every hunk is the person's decision: accepted, rejected, edited and commented on in the real editor. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Script } from '../../src/node/models/script.ts';
import { type ModelServer, startModelServer } from '../support/model-server/start-model-server.ts';
import { goToLine, waitForLine } from '../support/workbench/page/go-to-line.ts';
import { waitUntil } from '../support/workbench/wait-until.ts';
import { folderState, textOf } from './folder-state.ts';
import { comment, createSmall, manyOf, parts, smallScript } from './review-workspace.ts';
import { type E2eStage, openE2eStage, orchestrate, type Scene } from './stage.ts';

describe('the review in the editor', function () {
  this.timeout(180_000);
  let server: ModelServer;
  let stage: E2eStage;
  let scene: Scene;
  let folder: string;
  let untouched: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'muster-review-'));
    await createSmall(folder);
    server = await startModelServer(Script.parse(smallScript), { pace: 0 });
    stage = await openE2eStage({
      name: 'review',
      settings: {
        'muster.anthropic.baseUrl': server.url,
        // What edits at a save must not get into the proposal.
        'files.trimTrailingWhitespace': true,
        'files.insertFinalNewline': true,
        'files.autoSave': 'off',
      },
      env: { ANTHROPIC_API_KEY: server.apiKey },
    });
    untouched = await folderState(folder);
    scene = await stage.open(folder);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await scene?.picture('failed');
  });
  after(async () => {
    await stage?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const openFile = async (name: string) => {
    const { panel, diff } = scene;
    await panel.changes.getByRole('button', { name, exact: true }).click();
    await diff.waitForTitle(new RegExp(name.replace('.', '\\.')));
  };
  const statusBar = () =>
    scene.page.locator('.statusbar-item', { hasText: /Muster: .*decided/ }).textContent();
  const waitForUndecided = (count: number) =>
    waitUntil(async () => (await statusBar())?.includes(`${count} undecided`), {
      what: `${count} undecided in the status bar`,
      timeoutMs: 15_000,
      detail: async () => (await statusBar()) ?? 'nothing is there',
    });
  /** The cursor is there, and so is what the next key is about. */
  const next = async (line: number) => {
    await scene.page.keyboard.press('Shift+Alt+J');
    await waitForLine(scene.page, line);
  };

  it('shows what was changed, with nothing decided', async () => {
    await orchestrate(scene, 'Change the functions.');
    await scene.panel.approve.click({ timeout: 60_000 });
    await scene.panel.allowForRun.first().click({ timeout: 60_000 });
    await scene.panel.applyAccepted.waitFor({ timeout: 90_000 });
    await scene.picture('change set');
    await openFile('many.js');
    await scene.diff.waitForLenses('Accept hunk', 2);
    await scene.picture('diff');
    await waitForUndecided(10);
  });

  it('shows a picture as a picture, and text of another encoding as text', async () => {
    await openFile('picture.png');
    await scene.page.getByText('Image Preview').first().waitFor();
    await scene.picture('picture');
    await openFile('utf16.txt');
    await scene.page.locator('.editor.modified .view-line', { hasText: 'new' }).waitFor();
    await scene.picture('utf16');
    await openFile('many.js');
  });

  it('accepts by a lens, goes on and rejects by keys', async () => {
    await scene.diff.clickLens('Accept hunk', 1);
    await waitForUndecided(9);
    await next(24);
    await scene.picture('next undecided');
    await scene.page.keyboard.press('Shift+Alt+N');
    await waitForUndecided(8);
    await scene.diff.waitForLenses('Reject hunk', 1);
    await scene.picture('one accepted, one rejected');
  });

  it('takes what the person types into the proposal, and drops what the save did', async () => {
    await next(43);
    await goToLine(scene.page, 43);
    await scene.page.keyboard.press('End');
    await scene.page.keyboard.type(' // mine');
    await scene.picture('typed');
    await scene.page.keyboard.press('Control+S');
    await scene.page
      .locator('.codelens-decoration', { hasText: 'Edited by you' })
      .first()
      .waitFor();
    await scene.picture('edited');
    await scene.page.keyboard.press('Shift+Alt+Y');
    await waitForUndecided(7);
  });

  it('takes a decision on a file with unsaved text as an edit of it', async () => {
    await goToLine(scene.page, 43);
    await scene.page.keyboard.press('End');
    await scene.page.keyboard.type(', twice');
    await next(61);
    await scene.page.keyboard.press('Shift+Alt+N');
    await waitForUndecided(6);
    await scene.page.locator('.editor.modified .view-line', { hasText: 'value / 4;' }).waitFor();
    await scene.picture('rejected with unsaved text');
    await scene.page.keyboard.press('Control+S');
    await scene.page.keyboard.press('Shift+Alt+U');
    await scene.page.locator('.editor.modified .view-line', { hasText: 'value / 400;' }).waitFor();
    // What was written into an accepted hunk is accepted with it.
    await waitForUndecided(7);
    await scene.picture('undone after the save');
  });

  it('keeps a rejection while the editor saves by itself', async () => {
    await scene.workbench.quickInput.runCommand('File: Toggle Auto Save');
    await goToLine(scene.page, 43);
    await scene.page.keyboard.press('End');
    await scene.page.keyboard.type(', thrice');
    await next(61);
    await scene.page.keyboard.press('Shift+Alt+N');
    const rejected = scene.page.locator('.editor.modified .view-line', { hasText: 'value / 4;' });
    await rejected.waitFor();
    await waitForUndecided(6);
    await rejected.waitFor();
    await scene.picture('saved by itself');
    await goToLine(scene.page, 61);
    await scene.page.keyboard.press('Shift+Alt+U');
    await waitForUndecided(7);
    await goToLine(scene.page, 43);
    await scene.workbench.quickInput.runCommand('File: Toggle Auto Save');
    await next(61);
  });

  it('sends a comment on a hunk to the agent, and shows what is new afterwards', async () => {
    await goToLine(scene.page, 61);
    await scene.workbench.quickInput.runCommand('Comments: Add Comment on Current Selection');
    await scene.page.locator('.review-widget .monaco-editor.focused').waitFor();
    await scene.page.keyboard.type(comment);
    await scene.picture('comment');
    await scene.page.getByRole('button', { name: 'Send to the Agent' }).first().click();
    const isTold = (each: (typeof server.requests)[number]) =>
      each.conversationId === 'work/alter' && JSON.stringify(each.body).includes(comment);
    await waitUntil(() => server.requests.some(isTold), {
      what: 'a request to the agent with the comment',
      timeoutMs: 20_000,
      detail: () => server.requests.map((each) => each.conversationId).join(', '),
    });
    await scene.panel.applyAccepted.waitFor({ timeout: 90_000 });
    await openFile('many.js');
    await goToLine(scene.page, 63);
    await scene.page.keyboard.press('Shift+Alt+K');
    await waitForLine(scene.page, 61);
    const lens = scene.page.locator('.codelens-decoration', { hasText: 'New' });
    await lens.filter({ visible: true }).first().waitFor();
    await scene.picture('new since');
  });

  it('applies exactly what was accepted, byte for byte', async () => {
    await goToLine(scene.page, 61);
    await scene.page.keyboard.press('Shift+Alt+Y');
    const renamed = 'old-name.txt → new-name.txt';
    for (const name of ['crlf.txt', 'gone.txt', renamed, 'utf16.txt']) {
      await scene.panel.changes
        .getByRole('button', { name: `Accept ${name}`, exact: true })
        .click();
    }
    await scene.picture('decided');
    await scene.panel.applyAccepted.click();
    await scene.panel.frame.getByText('Changes applied').first().waitFor({ timeout: 60_000 });
    const after = await folderState(folder);
    const expected = { ...untouched };
    for (const name of ['crlf.txt', 'utf16.txt']) {
      expected[name] = untouched[`next/${name}`] ?? '';
    }
    expected['new-name.txt'] = untouched['old-name.txt'] ?? '';
    delete expected['old-name.txt'];
    delete expected['gone.txt'];
    const many = manyOf((part) => {
      if (part === 'first') return parts.first.after;
      if (part === 'second') return parts.second.before;
      if (part === 'third') return parts.third.after.replace('300;', '300; // mine, twice, thrice');
      return parts.fourth.after.replace('400', '4000');
    });
    assert.equal(textOf(after, 'many.js'), many);
    expected['many.js'] = after['many.js'] ?? '';
    assert.deepEqual(after, expected);
  });
});
