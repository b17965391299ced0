/** Documents with unsaved changes in the real editor: read and edited to the byte, together or not at all. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { openDocuments } from '../../src/extension/open-documents.ts';
import { useTrash } from '../../src/extension/use-trash.ts';

describe('documents with unsaved changes', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-open-')));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const document of vscode.workspace.textDocuments.filter((each) => each.isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
  });

  async function typed(name: string, disk: Uint8Array | string, first: string, encoding?: string) {
    const file = path.join(folder, name);
    await writeFile(file, disk);
    const options = encoding === undefined ? {} : { encoding };
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file), options);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), first));
    return { file, document };
  }
  const bytesOf = async (name: string): Promise<Buffer> => {
    const found = (await openDocuments(folder).unsaved()).find((each) => each.path === name);
    assert.ok(found, `${name} is not unsaved`);
    return Buffer.from(found.bytes);
  };
  const edit = async (changes: Record<string, Buffer>) => {
    const edits = [];
    for (const [name, after] of Object.entries(changes)) {
      edits.push({ path: name, before: await bytesOf(name), after });
    }
    return openDocuments(folder).edit(edits);
  };

  it('are edited in place and stay unsaved', async () => {
    const { file, document } = await typed('a.txt', '1\n2\n3\n', 'mine\n');
    assert.equal((await bytesOf('a.txt')).toString(), 'mine\n1\n2\n3\n');
    await edit({ 'a.txt': Buffer.from('mine\n1\nTWO\n3') });
    assert.deepEqual([document.getText(), document.isDirty], ['mine\n1\nTWO\n3', true]);
    assert.equal(await readFile(file, 'utf8'), '1\n2\n3\n');
  });

  it('keep CRLF, a byte order mark and UTF-16', async () => {
    const crlf = await typed('crlf.txt', '\ufeffa\r\nb\r\n', 'mine\r\n', 'utf8bom');
    const wide = Buffer.from('\ufeffa\nb\n', 'utf16le');
    const utf16 = await typed('wide.txt', wide, 'mine\n', 'utf16le');
    assert.equal((await bytesOf('crlf.txt')).toString(), '\ufeffmine\r\na\r\nb\r\n');
    assert.equal((await bytesOf('wide.txt')).toString('utf16le'), '\ufeffmine\na\nb\n');
    await edit({
      'crlf.txt': Buffer.from('\ufeffmine\r\na\r\nB\r\n'),
      'wide.txt': Buffer.from('\ufeffmine\nA\nb\n', 'utf16le'),
    });
    for (const { file, document } of [crlf, utf16]) {
      await document.save();
      assert.match((await readFile(file)).toString('latin1'), /m\0?i\0?n\0?e/);
    }
    assert.equal(await readFile(crlf.file, 'utf8'), '\ufeffmine\r\na\r\nB\r\n');
    assert.equal(await readFile(utf16.file, 'utf16le'), '\ufeffmine\nA\nb\n');
  });

  it('are edited all or none: not when one was typed in since', async () => {
    const { document } = await typed('one.txt', '1\n', 'mine\n');
    const other = await typed('other.txt', '1\n', 'mine\n');
    const edits = [
      { path: 'one.txt', before: await bytesOf('one.txt'), after: Buffer.from('x\n') },
      { path: 'other.txt', before: Buffer.from('before\n'), after: Buffer.from('y\n') },
    ];
    await assert.rejects(openDocuments(folder).edit(edits), /other\.txt was typed in or saved/);
    assert.deepEqual([document.getText(), other.document.getText()], ['mine\n1\n', 'mine\n1\n']);
  });

  it('are not edited to what they cannot hold', async () => {
    const { document } = await typed('mixed.txt', '1\n', 'mine\n');
    await assert.rejects(
      edit({ 'mixed.txt': Buffer.from('mine\r\n1\n') }),
      /mixed\.txt has unsaved changes, and its ends of line/,
    );
    await assert.rejects(edit({ 'mixed.txt': Buffer.from('\xe4\n', 'latin1') }), /its encoding/);
    assert.equal(document.getText(), 'mine\n1\n');
  });

  it('of another folder are none of the workspace', async () => {
    await typed('elsewhere.txt', '1\n', 'mine\n');
    assert.deepEqual(await openDocuments(path.join(folder, 'sub')).unsaved(), []);
  });

  it('are no matter for the trash, which takes a file or says that there is none', async () => {
    const file = path.join(folder, 'gone.txt');
    await writeFile(file, 'x');
    const taken = await useTrash(file);
    const stands = await readFile(file).then(
      () => true,
      () => false,
    );
    assert.equal(taken, !stands);
  });
});
