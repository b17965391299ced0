/** Random pieces of shell, run by a real bash where the judgement lets them run: what a rule denies must not have run. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { judgeCommand, type TerminalRules } from '../../../../src/engine/terminal/judge-command.ts';
import { parseLine } from '../../../../src/node/terminal/parse-line.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { seededRandom } from '../../shared/seeded-random.ts';

const lines = 3000;
const pieces = [
  ...[
    'pwn',
    'pwn',
    'pwn x',
    'echo',
    'true',
    ':',
    'cat ',
    ' ',
    ' ',
    ' ',
    '\n',
    ';',
    '&&',
    '||',
    '|',
    '&',
  ],
  ...[
    '(',
    ')',
    '{ ',
    '; }',
    '"',
    "'",
    '`',
    '$(',
    '${',
    '}',
    '\\',
    '\\\n',
    '#',
    ' #',
    '$x',
    'x=',
    "$'",
  ],
  ...[
    '<<E\n',
    '\nE\n',
    "<<'E'\n",
    '<<-E\n',
    '<<<',
    '<(',
    '>(',
    '$((',
    '))',
    '[[ ',
    ' ]]',
    'if ',
    'then ',
  ],
  ...[
    'fi',
    'while ',
    'do ',
    'done',
    'for i in ',
    'case x in x) ',
    ' esac',
    ';;',
    'f() ',
    'f',
    '! ',
  ],
  ...[
    'eval ',
    'sh -c ',
    'bash -c ',
    'exec ',
    'command ',
    'env ',
    'x',
    '1',
    '*',
    '~',
    '>f',
    '2>&1',
    '!(',
  ],
  ...[
    'time ',
    'coproc ',
    'until ',
    'test ',
    'let ',
    'declare ',
    '((',
    '{pwn,',
    ',',
    'trap ',
    ' EXIT',
  ],
  ...['source ', '. ', 'xargs ', 'a[', ']=', '+=', 'nohup ', 'timeout 1 ', '\u00a0', '\t', '@P}'],
];
const usual: TerminalRules = {
  policy: 'sandboxed',
  allow: [],
  deny: ['pwn'],
  hosts: [],
  sandboxWorks: true,
};
const plain = [
  'echo',
  ':',
  'true',
  'cat',
  'test',
  'eval',
  'source',
  'env',
  'xargs',
  'bash',
  'trap',
];

describe('Random command lines', function () {
  this.timeout(60_000);
  const temporaryFolder = temporaryFolders();

  const ways: Record<string, TerminalRules> = {
    'that a rule denies': usual,
    'that no rule allows': { ...usual, policy: 'ask', deny: [], allow: plain },
  };
  for (const [name, rules] of Object.entries(ways)) {
    it(`run no program ${name}`, async () => {
      const random = seededRandom();
      const { seed } = random;
      const base = await temporaryFolder();
      const [bin, work, mark] = ['bin', 'work', 'PWNED'].map((each) => path.join(base, each));
      assert.ok(bin && work && mark);
      for (const folder of [bin, work]) await mkdir(folder);
      await writeFile(path.join(bin, 'pwn'), `#!/bin/sh\n: > '${mark}'\n`, { mode: 0o755 });
      for (const each of ['sh', 'bash', 'cat', 'env'])
        await symlink(`/bin/${each}`, path.join(bin, each));
      let ran = 0;
      for (let count = 0; count < lines; count++) {
        const length = 1 + random.below(10);
        const line = Array.from({ length }, () => random.pick(pieces)).join('');
        if (!line.includes('pwn')) continue;
        const verdict = judgeCommand(line, await parseLine(line), { rules, grants: [] });
        if (verdict.do !== 'run') continue;
        ran += 1;
        const options = {
          cwd: work,
          env: { PATH: bin, HOME: work },
          timeout: 2000,
          stdio: 'ignore',
        } as const;
        spawnSync('/bin/bash', ['-c', line], options);
        const sprung = await access(mark).then(
          () => true,
          () => false,
        );
        assert.ok(!sprung, `seed ${seed}: ${JSON.stringify(line)}`);
      }
      assert.ok(ran > 0, `seed ${seed}: nothing ran`);
    });
  }
});
