/** A file of 20,000 lines and 500 hunks, beside many files: reviewed in the editor and applied byte for byte. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Script } from '../../src/node/models/script.ts';
import { type ModelServer, startModelServer } from '../support/model-server/start-model-server.ts';
import { folderState } from './folder-state.ts';
import { createLarge, largeScript } from './review-workspace.ts';
import { type E2eStage, openE2eStage, orchestrate, type Scene } from './stage.ts';

export function reviewLarge(files: number): void {
  describe(`the review of 500 hunks in one file and of ${files} files`, function () {
    this.timeout(240_000);
    let server: ModelServer;
    let stage: E2eStage;
    let scene: Scene;
    let folder: string;
    let untouched: Record<string, string>;

    before(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'muster-large-'));
      await createLarge(folder, files);
      server = await startModelServer(Script.parse(largeScript), { pace: 0 });
      stage = await openE2eStage({
        name: 'review-large',
        settings: { 'muster.anthropic.baseUrl': server.url },
        env: { ANTHROPIC_API_KEY: server.apiKey },
      });
      untouched = await folderState(folder);
      scene = await stage.open(folder);
    });
    after(async () => {
      await stage?.close();
      await server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('shows all files in one editor, with lenses', async () => {
      await orchestrate(scene, 'Change the lines.');
      await scene.panel.approve.click({ timeout: 60_000 });
      await scene.panel.allowForRun.first().click({ timeout: 60_000 });
      await scene.panel.applyAccepted.waitFor({ timeout: 120_000 });
      await scene.panel.changes.getByRole('button', { name: 'Review in one editor' }).click();
      await scene.diff.waitForTitle(`(${files + 1} files)`);
      const lenses = scene.page.locator('.multiDiffEntry .codelens-decoration a');
      await lenses.filter({ hasText: 'Accept hunk' }).first().waitFor({ timeout: 60_000 });
      await scene.picture('all files');
    });

    it('decides a file by a button on its header there', async () => {
      await scene.diff.pressFileButton('large.txt', 'Reject File');
      await scene.panel.changes
        .getByRole('button', { name: 'Undo the decisions on large.txt' })
        .waitFor();
      await scene.picture('rejected on its header');
    });

    it('applies all but one hunk and one file', async () => {
      const { panel, diff } = scene;
      await panel.acceptAll.click();
      await panel.frame.getByText('Your files change only now').waitFor({ timeout: 60_000 });
      await panel.changes.getByRole('button', { name: 'large.txt', exact: true }).click();
      await diff.waitForTitle(/^large\.txt/);
      await diff.clickLens('Reject hunk', 1);
      await diff.waitForLenses('Accept hunk', 1);
      await panel.changes
        .getByRole('button', { name: 'Reject many/file-001.txt', exact: true })
        .click();
      await scene.picture('decided');
      await panel.applyAccepted.click();
      await panel.frame.getByText('Changes applied').first().waitFor({ timeout: 60_000 });
      const expected = { ...untouched };
      for (const name of Object.keys(untouched)) {
        if (name in expected && `next/${name}` in untouched) {
          expected[name] = untouched[`next/${name}`] ?? '';
        }
      }
      expected['many/file-001.txt'] = untouched['many/file-001.txt'] ?? '';
      const large = Buffer.from(expected['large.txt'] ?? '', 'base64').toString();
      expected['large.txt'] = Buffer.from(large.replace('line 20 changed\n', 'line 20\n')).toString(
        'base64',
      );
      assert.deepEqual(await folderState(folder), expected);
    });
  });
}
