/** What a person gets to see when something is missing or wrong. */
import assert from 'node:assert/strict';
import { demoScript } from '../../src/node/demo/demo-script.ts';
import { type ModelServer, startModelServer } from '../support/model-server/start-model-server.ts';
import { folderState } from './folder-state.ts';
import { type E2eStage, openE2eStage, orchestrate, type Scene } from './stage.ts';

/** Nothing listens there: the port is reserved and the connection refused at once. */
const nowhere = 'http://127.0.0.1:1';

describe('bad input', function () {
  this.timeout(120_000);
  let stage: E2eStage | undefined;
  let server: ModelServer | undefined;
  afterEach(async () => {
    await stage?.close();
    await server?.close();
    stage = undefined;
    server = undefined;
  });

  const failsWith = async (scene: Scene, words: RegExp, picture: string) => {
    const before = await folderState(stage?.workspace ?? '');
    await orchestrate(scene, 'Do something useful.');
    await scene.panel.frame.getByText(words).first().waitFor({ timeout: 60_000 });
    await scene.panel.frame.getByText('Failed', { exact: true }).first().waitFor();
    await scene.picture(picture);
    assert.deepEqual(await folderState(stage?.workspace ?? ''), before);
  };

  it('no folder and no key: the panel says so and offers the way out', async () => {
    stage = await openE2eStage({ name: 'bad-input', settings: {} });
    const bare = await stage.open(null);
    await bare.workbench.quickInput.runCommand('Muster: Orchestrate Task');
    await bare.panel.frame
      .getByRole('button', { name: 'Open Folder' })
      .waitFor({ timeout: 60_000 });
    await bare.picture('no folder');
    await bare.window.close();

    const keyless = await stage.open();
    await keyless.workbench.quickInput.runCommand('Muster: Orchestrate Task');
    await keyless.panel.frame
      .getByRole('button', { name: 'Set API Key' })
      .waitFor({ timeout: 60_000 });
    await keyless.picture('no key');
  });

  it('an untrusted folder: nothing runs, and the panel says why', async () => {
    stage = await openE2eStage({
      name: 'untrusted',
      settings: {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'muster.provider': 'demo',
      },
    });
    const scene = await stage.open();
    await scene.workbench.openView('Muster');
    await scene.panel.frame
      .getByRole('button', { name: 'Manage Trust' })
      .waitFor({ timeout: 60_000 });
    await scene.picture('untrusted');
  });

  it('a wrong key: the run fails with what to do next', async () => {
    server = await startModelServer(demoScript, { pace: 0 });
    stage = await openE2eStage({
      name: 'wrong-key',
      settings: { 'muster.anthropic.baseUrl': server.url },
      env: { ANTHROPIC_API_KEY: 'sk-ant-wrong' },
    });
    const scene = await stage.open();
    await failsWith(scene, /key/i, 'wrong key');
    const text = await scene.panel.frame.locator('body').innerText();
    assert.ok(!text.includes('sk-ant-wrong'), 'the key is shown');
    await scene.panel.frame.getByRole('button', { name: 'Set API Key' }).first().waitFor();
  });

  it('an endpoint that cannot be reached: the run fails and names the address', async () => {
    stage = await openE2eStage({
      name: 'unreachable',
      settings: { 'muster.anthropic.baseUrl': nowhere },
      env: { ANTHROPIC_API_KEY: 'sk-ant-any' },
    });
    await failsWith(await stage.open(), /127\.0\.0\.1:1/, 'unreachable');
  });
});
