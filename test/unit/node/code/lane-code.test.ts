/** Outlines, symbols and imports of a lane, in every language that is understood. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, beforeEach, describe, it } from 'mocha';
import type { CodeIndex } from '../../../../src/engine/lane-ports.ts';
import { type CodeParser, createCodeParser } from '../../../../src/node/code/code-parser.ts';
import { makeLane } from '../../../../src/node/lane.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { samples } from './samples.ts';

const never = new AbortController().signal;

describe('The code of a lane', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();
  const parser = createCodeParser({ parseLimitMs: 1000 });
  after(() => parser.close());
  let root: string;
  let code: CodeIndex;
  beforeEach(async () => {
    root = await makeFolder();
    code = makeLane(root, undefined, { parser }).code;
  });

  async function put(files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), content);
    }
  }
  async function outline(file: string): Promise<string> {
    const { declarations } = await code.outline(file, never);
    return declarations
      .map(({ depth, kind, name, line, endLine }) => {
        const range = line === endLine ? '' : `-${endLine}`;
        return `${'  '.repeat(depth)}${kind} ${name} ${line}${range}`;
      })
      .join('\n');
  }

  for (const { file, text, declares, imports } of samples) {
    it(`is outlined for ${file}, with its imports`, async () => {
      await put({ [file]: text });
      assert.equal(await outline(file), declares.trim());
      const found = await code.dependencies(file, never);
      assert.deepEqual(
        found.imports.map((each) => `${each.line} ${each.source}`),
        imports,
      );
    });
  }

  it('is outlined as far as it parses, and says that it is broken', async () => {
    await put({ 'a.ts': 'export function good() {}\nclass A { run() {\nfunction ( {\n' });
    const { broken, declarations } = await code.outline('a.ts', never);
    assert.equal(broken, true);
    assert.ok(declarations.some((each) => each.name === 'good'));
    await put({ 'empty.py': '', 'binary.js': Uint8Array.of(0, 1, 2, 255, 254) });
    assert.deepEqual((await code.outline('empty.py', never)).declarations, []);
    await code.outline('binary.js', never);
  });

  it('is refused for a language that is not known, and for what is too large', async () => {
    await put({ 'a.txt': 'x', 'big.js': 'x;\n'.repeat(500_000) });
    await assert.rejects(code.outline('a.txt', never), {
      code: 'bad-input',
      message: /TypeScript/,
    });
    await assert.rejects(code.outline('Makefile', never), { code: 'bad-input' });
    await assert.rejects(code.outline('big.js', never), { message: /too large to be analysed/ });
    await assert.rejects(code.outline('no.js', never), { code: 'not-found' });
    await assert.rejects(code.outline('../a.js', never), { code: 'path-refused' });
  });

  it('is parsed without holding up the host, whatever it holds', async () => {
    await put({
      'deep.js': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      'wide.ts': Array.from({ length: 20_000 }, (_, at) => `function f${at}() {}`).join('\n'),
      'hostile.cpp': 'a<'.repeat(200_000),
    });
    await code.outline('wide.ts', never);
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const wide = await code.outline('wide.ts', never);
    await code.outline('deep.js', never).catch(() => {});
    await code.outline('hostile.cpp', never).catch(() => {});
    delays.disable();
    assert.ok(wide.more && wide.declarations.length <= 5000);
    assert.ok(delays.max / 1e6 < 200, `the host was held up for ${delays.max / 1e6} ms`);
    await put({ 'a.js': 'let a;' });
    assert.equal(await outline('a.js'), 'variable a 1', 'the next file is parsed as ever');
  });

  it('is not waited for once it is cancelled', async () => {
    await put({ 'hostile.cpp': 'a<'.repeat(300_000), 'a.js': 'let a;' });
    const controller = new AbortController();
    const reason = new Error('stop');
    let given = 0;
    const cancelled: CodeParser = {
      ...parser,
      parse(file, signal) {
        given += 1;
        const parsed = parser.parse(file, signal);
        // The thread has it now.
        controller.abort(reason);
        return parsed;
      },
    };
    const { code: slow } = makeLane(root, undefined, { parser: cancelled });
    await assert.rejects(slow.outline('hostile.cpp', controller.signal), reason);
    await assert.rejects(slow.find('a', controller.signal), reason);
    assert.equal(given, 1);
  });

  describe('by a name', () => {
    beforeEach(() =>
      put({
        'src/parse.ts': 'export class Parser {\n  run(): void {}\n}\nexport function run() {}\n',
        'src/main.ts':
          "import { Parser } from './parse.ts';\n// run it\nnew Parser().run('run');\nconst runner = 1;\n",
        'lib/a.py': 'def run():\n    return run\n',
        'notes.md': 'run\n',
        'node_modules/x/index.js': 'function run() {}',
      }),
    );

    it('gives definitions with what they stand in, and uses without comments and strings', async () => {
      const { definitions, uses, stopped } = await code.find('run', never);
      assert.deepEqual(
        definitions.map((each) => [each.path, each.line, each.kind, each.inside, each.text]),
        [
          ['lib/a.py', 1, 'function', [], 'def run():'],
          ['src/parse.ts', 2, 'method', ['Parser'], 'run(): void {}'],
          ['src/parse.ts', 4, 'function', [], 'export function run() {}'],
        ],
      );
      assert.deepEqual(
        uses.map((each) => [each.path, each.line, each.text]),
        [
          ['lib/a.py', 2, 'return run'],
          ['src/main.ts', 3, "new Parser().run('run');"],
        ],
      );
      assert.equal(stopped, undefined);
    });

    it('takes a type before it', async () => {
      for (const name of ['Parser.run', 'Parser::run', 'Parser#run']) {
        const { definitions } = await code.find(name, never);
        assert.deepEqual(
          definitions.map((each) => `${each.path}:${each.line}`),
          ['src/parse.ts:2'],
        );
      }
    });

    it('finds nothing where there is nothing, and takes no sentence', async () => {
      const nothing = { definitions: [], uses: [] };
      assert.deepEqual(await code.find('absent', never), nothing);
      assert.deepEqual(await code.find('-e', never), nothing);
      await assert.rejects(code.find('two words', never), { code: 'bad-input' });
      await assert.rejects(code.find('::', never), { code: 'bad-input' });
    });

    it('says when not every file was looked at', async () => {
      const many = Array.from({ length: 450 }, (_, at) => [`many/${at}.py`, 'often = 1\n']);
      await put(Object.fromEntries(many));
      const { stopped, definitions } = await code.find('often', never);
      assert.match(stopped ?? '', /more than 400 files/);
      assert.equal(definitions.length, 200);
    });
  });

  it('knows the files that imports stand for, and who imports a file', async () => {
    await put({
      'go.mod': 'module example.com/m\n\ngo 1.24\n',
      'pkg/p.go': 'package pkg\n',
      'main.go': 'package main\nimport "example.com/m/pkg"\n',
      'src/lib.rs': 'mod tree;\nuse crate::tree::leaf::Leaf;\n',
      'src/tree/mod.rs': 'mod leaf;\n',
      'src/tree/leaf.rs': 'use super::Root;\n',
      'app/pkg/__init__.py': '',
      'app/pkg/a.py': 'from . import b\nfrom ..top import t\nimport app.pkg.b\n',
      'app/pkg/b.py': '',
      'app/top.py': '',
      'java/com/x/A.java': 'package com.x;\nimport com.x.B;\nimport java.util.List;\nclass A {}\n',
      'java/com/x/B.java': 'package com.x;\nclass B {}\n',
      'c/a.c': '#include "b.h"\n#include <stdio.h>\n',
      'c/b.h': '',
      'web/a.ts':
        "import './b.js';\nimport c from './c';\nimport 'react';\nimport '../../../etc/x';\n",
      'web/b.ts': '',
      'web/c/index.tsx': '',
      'lib/r.rb': "require_relative 'helper'\n",
      'lib/helper.rb': '',
      'php/a.php': "<?php require __DIR__ . '/b.php';\n",
      'php/b.php': '<?php\n',
    });
    const imports = async (file: string) =>
      (await code.dependencies(file, never)).imports.map((each) => each.path);
    const importers = async (file: string) =>
      (await code.dependencies(file, never)).importedBy.map((each) => `${each.path}:${each.line}`);
    assert.deepEqual(await imports('web/a.ts'), [
      'web/b.ts',
      'web/c/index.tsx',
      undefined,
      undefined,
    ]);
    assert.deepEqual(await imports('app/pkg/a.py'), ['app/pkg/b.py', 'app/top.py', 'app/pkg/b.py']);
    assert.deepEqual(await imports('main.go'), ['pkg/']);
    assert.deepEqual(await imports('src/lib.rs'), ['src/tree/mod.rs', 'src/tree/leaf.rs']);
    assert.deepEqual(await imports('java/com/x/A.java'), ['java/com/x/B.java', undefined]);
    assert.deepEqual(await imports('c/a.c'), ['c/b.h', undefined]);
    assert.deepEqual(await imports('lib/r.rb'), ['lib/helper.rb']);
    assert.deepEqual(await imports('php/a.php'), ['php/b.php']);
    assert.deepEqual(await importers('web/b.ts'), ['web/a.ts:1']);
    assert.deepEqual(await importers('web/c/index.tsx'), ['web/a.ts:2']);
    assert.deepEqual(await importers('app/pkg/b.py'), ['app/pkg/a.py:1', 'app/pkg/a.py:3']);
    assert.deepEqual(await importers('pkg/p.go'), ['main.go:2']);
    assert.deepEqual(await importers('src/tree/leaf.rs'), ['src/lib.rs:2', 'src/tree/mod.rs:1']);
    assert.deepEqual(await importers('java/com/x/B.java'), ['java/com/x/A.java:2']);
    assert.deepEqual(await importers('c/b.h'), ['c/a.c:1']);
    assert.deepEqual(await importers('web/a.ts'), []);
  });
});
