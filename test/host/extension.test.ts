/** What the manifest promises, held against the running extension. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { manifest, muster } from './muster.ts';

describe('the extension in its host', () => {
  it('activates and returns its version', async () => {
    const api = await muster();
    assert.equal(api.version, manifest().version);
  });

  it('registers every command that it contributes, and contributes every command it registers', async () => {
    await muster();
    const registered = (await vscode.commands.getCommands(true)).filter((id) =>
      /^muster\.[a-zA-Z]+$/.test(id),
    );
    const contributed = manifest().contributes.commands.map((each) => each.command);
    const editorsOwn = /^muster\.panel/;
    assert.deepEqual(
      registered.filter((id) => !editorsOwn.test(id)).sort(),
      contributed.toSorted(),
    );
  });

  it('binds no key that the editor has a use for, and none outside of a review', async () => {
    await muster();
    const uri = vscode.Uri.parse('vscode://defaultsettings/keybindings.json');
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    const bound = [...text.matchAll(/"key": "([^"]+)",\s+"command": "([^"]+)"/g)];
    assert.ok(bound.length > 500, `${bound.length} keys were found`);
    const others = bound.filter(([, , command = '']) => !command.startsWith('muster.'));
    const taken = new Set(others.map(([, key]) => key));
    for (const { command, key, when } of manifest().contributes.keybindings) {
      assert.ok(!taken.has(key), `${key} of ${command} is taken`);
      assert.match(when, /muster\.reviewing/, command);
    }
  });

  it('lets no workspace set any of its settings', async () => {
    const settings = manifest().contributes.configuration.properties;
    assert.ok(Object.keys(settings).length >= 5);
    for (const [name, { scope }] of Object.entries(settings)) assert.equal(scope, 'machine', name);
    const section = vscode.workspace.getConfiguration('muster');
    await assert.rejects(
      Promise.resolve(section.update('provider', 'demo', vscode.ConfigurationTarget.Workspace)),
    );
  });

  it('refuses an empty task in words, and stores no run', async () => {
    const api = await muster();
    await assert.rejects(api.start('   '), /task is empty/);
    assert.deepEqual(await api.runs(), []);
  });

  it('knows no run that does not exist', async () => {
    const api = await muster();
    assert.equal(await api.get('20200101-000000-nowhere'), undefined);
  });
});
