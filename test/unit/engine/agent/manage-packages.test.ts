/** manage_packages: which manager it takes, the line it runs, and what it refuses. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { managePackages } from '../../../../src/engine/agent/tools/manage-packages.ts';
import { makeLane } from '../../../../src/node/lane.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';

describe('manage_packages', () => {
  const makeFolder = temporaryFolders();
  let root: string;
  beforeEach(async () => {
    root = await makeFolder();
  });
  const put = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), text);
    }
  };
  const line = async (input: object) => {
    const prepared = managePackages.prepare(input);
    assert.ok(prepared.ok, JSON.stringify(prepared));
    assert.ok(prepared.call.command);
    return prepared.call.command(makeLane(root));
  };
  const problems = (input: object) => {
    const prepared = managePackages.prepare(input);
    assert.ok(!prepared.ok);
    return prepared.problems.join('\n');
  };

  for (const [lock, text, add, install] of [
    [
      'package-lock.json',
      '{}',
      'npm install --ignore-scripts --no-audit --no-fund',
      'npm install --ignore-scripts --no-audit --no-fund',
    ],
    [
      'pnpm-lock.yaml',
      '',
      'pnpm add --ignore-scripts --ignore-workspace-root-check',
      'pnpm install --ignore-scripts --no-frozen-lockfile',
    ],
    [
      'yarn.lock',
      '# yarn lockfile v1\n',
      'yarn add --ignore-scripts --non-interactive --ignore-workspace-root-check',
      'yarn install --ignore-scripts --non-interactive',
    ],
    [
      'yarn.lock',
      '__metadata:\n  version: 8\n',
      'yarn add --mode=skip-build',
      'yarn install --mode=skip-build --no-immutable',
    ],
    ['bun.lock', '{}', 'bun add --ignore-scripts', 'bun install --ignore-scripts'],
  ] as const) {
    it(`takes ${add.split(' ')[0]} for a ${lock} that begins with ${JSON.stringify(text.slice(0, 6))}`, async () => {
      await put({ 'package.json': '{}', [lock]: text });
      assert.equal(await line({ action: 'add', packages: ['zod'] }), `${add} zod`);
      assert.equal(await line({ action: 'install' }), install);
      assert.match(await line({ action: 'remove', packages: ['zod'] }), / zod$/);
      assert.match(await line({ action: 'add_dev', packages: ['zod'] }), /--(save-)?dev zod$/);
      assert.match(await line({ action: 'update' }), /^\w+ (update|upgrade|up)/);
    });
  }

  it('goes by the nearest lock file upward, and runs in the folder of the package', async () => {
    await put({
      'package.json': '{}',
      'pnpm-lock.yaml': '',
      'packages/a/package.json': '{}',
      'apart/package.json': '{}',
      'apart/package-lock.json': '{}',
    });
    assert.match(
      await line({ action: 'add', packages: ['zod'], path: 'packages/a' }),
      /^cd packages\/a && pnpm add .* zod$/,
    );
    assert.match(await line({ action: 'install', path: 'apart' }), /^cd apart && npm install/);
  });

  it('goes by what package.json declares, and by npm where nothing says', async () => {
    await put({ 'package.json': '{"packageManager": "pnpm@10.1.0"}', 'yarn.lock': '' });
    assert.match(await line({ action: 'install' }), /^pnpm /);
    await put({ 'other/package.json': '{', 'package.json': '{}' });
    await put({ 'yarn.lock': '__metadata:' });
    assert.match(await line({ action: 'install', path: 'other' }), /^cd other && yarn /);
  });

  it('says so where two lock files contradict, or there is no package', async () => {
    await assert.rejects(line({ action: 'install' }), { message: /no package\.json.*run_command/ });
    await put({ 'package.json': '{}', 'yarn.lock': '', 'package-lock.json': '{}' });
    await assert.rejects(line({ action: 'install' }), {
      code: 'bad-input',
      message: /several package managers: package-lock\.json, yarn\.lock/,
    });
  });

  it('quotes a range, so that the shell leaves it alone', async () => {
    await put({ 'package.json': '{}' });
    const packages = ['react@^19.1.0', '@types/node@24', 'a@*', 'b@~1.2', 'c@latest'];
    assert.match(
      await line({ action: 'add', packages }),
      / 'react@\^19\.1\.0' @types\/node@24 'a@\*' 'b@~1\.2' c@latest$/,
    );
  });

  it('takes names of the registry and nothing else', async () => {
    for (const name of [
      ...['', '-g', '--global', '-', '.', '..', './x', '../x', '/x', 'a b', 'a;b', 'a&&b', '$(id)'],
      ...['`id`', "a'b", 'a"b', 'a\nb', 'A', 'file:x', 'git+https://x/y', 'https://x/y.tgz', 'x/y'],
      ...['npm:x@1', 'a@npm:b', 'a@file:../b', 'a@git://x', 'a@>1', 'a@1 || 2', '@a', '@a/', '@/b'],
      ...['a@--x', 'a@', 'a@../b', '~a; id', `${'a'.repeat(400)}`],
    ]) {
      assert.match(problems({ action: 'add', packages: [name] }), /packages/, name);
    }
    for (const folder of [
      '..',
      '../x',
      'a/../..',
      '/x',
      '-x',
      'a b',
      'a;b',
      'a/',
      'a\nb',
      '$x',
      '',
    ]) {
      assert.match(problems({ action: 'install', path: folder }), /path/, folder);
    }
    assert.match(problems({ action: 'add' }), /add needs packages/);
    assert.match(problems({ action: 'remove', packages: [] }), /remove needs packages/);
    assert.match(problems({ action: 'install', packages: ['a'] }), /install takes no packages/);
    assert.match(problems({ action: 'exec', packages: ['a'] }), /action/);
  });

  it('runs the line that was allowed, not what the lane would tell by now', async () => {
    const prepared = managePackages.prepare({ action: 'install' });
    assert.ok(prepared.ok);
    const signal = new AbortController().signal;
    const outcome = await prepared.call.run(makeLane(root), signal, 'echo allowed');
    assert.deepEqual([outcome.ok, outcome.content], [true, 'allowed\n']);
    assert.equal(outcome.command?.line, 'echo allowed');
  });
});
