/** A person's way with the Anthropic provider, over the real protocol against the loopback server. */
import assert from 'node:assert/strict';
import { demoScript } from '../../src/node/demo/demo-script.ts';
import { type ModelServer, startModelServer } from '../support/model-server/start-model-server.ts';
import { folderState, textOf } from './folder-state.ts';
import { type E2eStage, openE2eStage, type Scene } from './stage.ts';

const addition = 'Take special care of the last cent.';

describe('with the Anthropic provider', function () {
  this.timeout(180_000);
  let server: ModelServer;
  let stage: E2eStage;
  let scene: Scene;
  let untouched: Record<string, string>;

  before(async () => {
    server = await startModelServer(demoScript, { pace: 0 });
    stage = await openE2eStage({
      name: 'anthropic',
      settings: { 'muster.anthropic.baseUrl': server.url, 'workbench.colorTheme': 'Light Modern' },
      env: { ANTHROPIC_API_KEY: server.apiKey },
    });
    untouched = await folderState(stage.workspace);
    scene = await stage.open();
  });
  after(async () => {
    await stage?.close();
    await server?.close();
  });

  it('says what is missing when the task is empty, and sends nothing', async () => {
    await scene.workbench.quickInput.runCommand('Muster: Orchestrate Task');
    await scene.panel.waitUntilReady();
    await scene.workbench.setSideBarWidth(300);
    await scene.panel.orchestrate.click();
    await scene.panel.frame
      .getByText(/describe/i)
      .first()
      .waitFor();
    await scene.picture('empty task');
    assert.equal(server.counts.messages, 0);
  });

  it('shows plan and team for approval', async () => {
    await scene.panel.orchestrateTask('Make the failing tests pass and tidy up the export.');
    await scene.panel.approve.waitFor({ timeout: 60_000 });
    await scene.panel.plan
      .getByText('Hand out every cent when an expense is split')
      .first()
      .waitFor();
    await scene.panel.team.getByText('Cent Keeper').first().waitFor();
    await scene.picture('plan');
  });

  it('has its plan edited: what is wrong is named, and nothing unsaved can be approved', async () => {
    const { plan, frame } = scene.panel;
    const canApprove = (can: boolean) =>
      frame.getByRole('button', { name: 'Approve and execute', disabled: !can });
    await plan.getByRole('button', { name: 'Edit plan' }).click();
    await plan.getByRole('button', { name: /^Hand out every cent/ }).click();
    const task = plan.getByRole('group', { name: /^Edit Hand out every cent/ });
    const description = task.getByRole('textbox', { name: 'What to do' });
    const before = await description.inputValue();
    await description.fill('');
    await canApprove(false).waitFor();
    const save = frame.getByRole('button', { name: 'Save edits' });
    await save.click();
    const problem = frame.getByRole('alert').getByText(/this must not be empty/);
    await problem.waitFor();
    await scene.picture('plan with a problem');
    await description.fill(`${before} ${addition}`);
    await save.click();
    await plan.getByText('Edited by you').waitFor();
    await save.waitFor({ state: 'detached' });
    await canApprove(true).waitFor();
    await scene.picture('plan edited');
  });

  it('still waits after the window was reloaded, and sends nothing again', async () => {
    const sent = server.counts.messages;
    await scene.workbench.reload();
    await scene.panel.approve.waitFor({ timeout: 60_000 });
    await scene.panel.plan.getByText('Edited by you').waitFor();
    await scene.picture('after reload');
    assert.equal(server.counts.messages, sent);
  });

  it('asks before a command runs, and goes on to the changes with the workspace untouched', async () => {
    await scene.panel.approve.click();
    await scene.panel.allowForRun.first().waitFor({ timeout: 60_000 });
    await scene.picture('permission');
    await scene.panel.allowForRun.first().click();
    await scene.panel.changes.waitFor({ timeout: 90_000 });
    const told = server.requests.filter((each) => JSON.stringify(each.body).includes(addition));
    assert.ok(
      told.some((each) => each.conversationId?.startsWith('work/')),
      'as it was edited',
    );
    await scene.panel.applyAccepted.waitFor();
    await scene.picture('changes');
    assert.deepEqual(await folderState(stage.workspace), untouched);
  });

  it('applies exactly the hunks that were accepted in the diff', async () => {
    const { panel, diff } = scene;
    await panel.acceptAll.click();
    await panel.changes.getByRole('button', { name: 'src/split.js', exact: true }).click();
    await diff.waitForTitle(/split\.js/);
    await diff.waitForLenses('Reject hunk', 2);
    await scene.picture('diff accepted');
    await diff.clickLens('Reject hunk', 2);
    await diff.waitForLenses('Reject hunk', 1);
    await scene.picture('one hunk rejected');
    await panel.changes.getByRole('button', { name: 'src/export-v1.js', exact: true }).click();
    await diff.waitForTitle(/export-v1\.js/);
    await diff.waitForLenses('Reject hunk', 1);
    await diff.clickLens('Reject hunk', 1);
    await diff.waitForLenses('Accept hunk', 1);
    await scene.picture('deletion rejected');
    await panel.applyAccepted.click();
    await panel.frame.getByText('Changes applied').first().waitFor({ timeout: 60_000 });
    await scene.picture('applied');

    const after = await folderState(stage.workspace);
    const changed = Object.keys({ ...untouched, ...after }).filter(
      (file) => untouched[file] !== after[file],
    );
    assert.ok(
      changed.every((file) => !file.startsWith('.git/')),
      changed.join(', '),
    );
    assert.ok(!changed.includes('src/export-v1.js'), 'the rejected deletion was applied');
    assert.ok(changed.includes('src/settle.js'), 'the accepted new file is missing');
    const [was, is] = [textOf(untouched, 'src/split.js'), textOf(after, 'src/split.js')];
    assert.notEqual(is, was);
    assert.ok(is.endsWith(was.slice(-40)), 'the rejected hunk of split.js was applied');
  });

  it('was refused nothing by the service', () => {
    const refused = server.requests.filter((request) => request.outcome !== 'answered');
    assert.deepEqual(
      refused.map((request) => [request.conversationId, request.turn, request.outcome]),
      [],
    );
    // The editor's own extensions complain of what this build leaves out.
    const ours = scene.window.problems.filter((problem) =>
      /webview\.js|muster\.muster/.test(problem),
    );
    assert.deepEqual(ours, []);
  });
});
