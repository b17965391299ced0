/** The corpus' command lines, git arguments, environments and settings: what asks, what is refused, what stays allowed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { injectsIntoGit, isReadingGit } from '../../../src/engine/terminal/git-arguments.ts';
import {
  type Grant,
  judgeCommand,
  type TerminalRules,
  type Verdict,
} from '../../../src/engine/terminal/judge-command.ts';
import { commandEnvironment } from '../../../src/node/command-environment.ts';
import { parseLine } from '../../../src/node/terminal/parse-line.ts';
import { corpusCases, sayRule } from '../../support/confinement/corpus.ts';

const rules: TerminalRules = {
  policy: 'ask',
  allow: [],
  deny: [],
  hosts: [],
  sandboxWorks: true,
};

async function judge(
  line: string,
  more: Partial<TerminalRules> = {},
  grants: Grant[] = [],
): Promise<Verdict> {
  return judgeCommand(line, await parseLine(line), { rules: { ...rules, ...more }, grants });
}

function reasons(verdict: Verdict): string {
  assert.equal(verdict.do, 'ask');
  return verdict.do === 'ask' ? verdict.reasons.join('; ') : '';
}

/** What holds each case of the corpus; one that is not here must ask for any reason. */
const heldBy: Record<string, RegExp> = {
  'att-099': /redirects to or from \/workspace/,
  'att-101': /redirects to or from \$HOME/,
  'att-103': /redirects to or from \{a,b\}/,
  'att-104': /redirects to or from safe-lin\?/,
  'att-108': /no rule allows sed/,
  'att-114': /a command inside find/,
  'att-115': /a command inside find/,
  'att-116': /a command inside find/,
  'att-117': /no rule allows rg/,
  'att-122': /no rule allows git/,
  'att-125': /redirects to or from ~/,
  'att-126': /inside a substitution/,
  'att-127': /inside a substitution/,
  'att-129': /inside a substitution/,
  'att-133': /curl talks to/,
  'att-134': /no rule allows rm/,
  'att-135': /no rule allows rm/,
  'att-136': /no rule allows rm/,
  'att-138': /sets PATH/,
  'att-139': /no rule allows alias/,
  'att-140': /inside a shell of its own/,
  'att-141': /inside a shell of its own/,
  'att-142': /a command inside xargs/,
  'att-143': /a command inside env/,
  'att-146': /redirects to or from settings\.json/,
  'att-148': /cannot be read as a shell command/,
  'att-149': /characters that do not show/,
  'att-150': /no rule allows npm/,
  'att-151': /curl talks to evil/,
};

const tempting = [
  'echo',
  'ls',
  'git',
  'git show',
  'cat',
  'find',
  'rg',
  'sed',
  'cd',
  'xargs',
  'env',
  'bash',
];

describe('The command lines of the corpus', () => {
  for (const { id, input, expect, why } of corpusCases('attacks.jsonl', /^terminal$/u)) {
    const line = input.command;
    const title = `${id} ${JSON.stringify(line)}: ${why}`;
    if (expect !== 'ask') continue;
    it(`${title} (asks)`, async function () {
      const found = reasons(await judge(line));
      assert.match(found, heldBy[id] ?? /./);
      sayRule(this, found);
    });
    it(`${title} (asks without a sandbox, whatever the setting)`, async () => {
      reasons(await judge(line, { policy: 'sandboxed', sandboxWorks: false }));
    });
    if (id === 'att-108') continue;
    it(`${title} (asks though rules allow what it begins with)`, async () => {
      reasons(await judge(line, { allow: tempting }));
    });
  }

  for (const { id, input, why } of corpusCases('benign.jsonl', /^terminal$/u)) {
    it(`${id} ${JSON.stringify(input.command)}: ${why} (stays allowed)`, async function () {
      assert.deepEqual(await judge(input.command), { do: 'run' });
      reasons(await judge(input.command, { sandboxWorks: false }));
      sayRule(this, 'no rule');
    });
  }

  for (const { id, input, expect, why } of corpusCases('attacks.jsonl', /^(?:git|worktree)$/u)) {
    if (input.args.length === 0 || expect !== 'refuse') continue;
    it(`${id} git ${input.args.join(' ')}: ${why} (is no reading of git's)`, async function () {
      assert.equal(isReadingGit(input.args), false);
      const line = ['git', ...input.args.map((arg) => `'${arg}'`)].join(' ');
      sayRule(this, reasons(await judge(line)));
    });
  }

  for (const { id, input, why } of corpusCases('attacks.jsonl', /^env$/u)) {
    it(`${id} ${input.has}: ${why} (is not in a command's environment)`, function () {
      const places = { root: '/l', home: '/h', temporary: '/t', shell: '/bin/sh' };
      const host = { PATH: '/bin', [input.has]: 'x', ANTHROPIC_API_KEY: 'x', GITHUB_TOKEN: 'x' };
      const given = commandEnvironment(host, places);
      for (const name of [input.has, 'ANTHROPIC_API_KEY', 'GITHUB_TOKEN'])
        assert.ok(!(name in given));
      sayRule(this, 'the list of what is let in');
    });
  }

  const [scoped] = corpusCases('attacks.jsonl', /^workspace$/u).filter(
    (each) => 'setting' in each.input,
  );
  it(`${scoped?.id ?? ''} no setting that opens something can come from a workspace`, function () {
    const Manifest = z.looseObject({
      capabilities: z.looseObject({
        untrustedWorkspaces: z.looseObject({ restrictedConfigurations: z.array(z.string()) }),
      }),
      contributes: z.looseObject({
        configuration: z.looseObject({
          properties: z.record(z.string(), z.looseObject({ scope: z.string() })),
        }),
      }),
    });
    const file = new URL('../../../package.json', import.meta.url);
    const { capabilities, contributes } = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
    const names = Object.keys(contributes.configuration.properties);
    const terminal = names.filter((name) => name.startsWith('muster.terminal.'));
    assert.equal(terminal.length, 4);
    const own = /^muster\.(?:context|communication)\./u;
    for (const name of names.filter((each) => !own.test(each))) {
      assert.equal(contributes.configuration.properties[name]?.scope, 'machine', name);
      assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes(name), name);
    }
    sayRule(this, 'machine scope');
  });
});

describe('The judgement on a command', () => {
  it('lets every part of a line count', async () => {
    const allow = ['npm test', 'npm run'];
    assert.deepEqual(await judge('npm test && npm run build 2>&1 | head -5', { allow }), {
      do: 'run',
    });
    for (const line of ['npm test && node x.js', 'npm test | sh', 'npm testing', 'CI=1 npm test']) {
      reasons(await judge(line, { allow }));
    }
  });

  it('has a rule that denies win over one that allows, in every disguise', async () => {
    const lines = [
      'rm x',
      '/bin/rm x',
      'sudo -u root rm x',
      'env A=1 rm x',
      'ls; rm x',
      'echo $(rm x)',
      'bash -c "rm x"',
      'sh -c "bash -c \'rm x\'"',
      'find . -exec rm {} +',
      'xargs -0 rm',
      'timeout 5 rm x',
      'if true; then rm x; fi',
      'f() { rm x; }; f',
      "'r'm x",
      'r\\m x',
      'trap "rm x" EXIT',
      '! rm x',
    ];
    for (const policy of ['ask', 'sandboxed'] as const) {
      for (const line of lines) {
        const more = { policy, deny: ['rm'], allow: ['rm', 'bash', 'sudo'] };
        const verdict = await judge(line, more, [{}]);
        assert.match(reasons(verdict), /muster\.terminal\.deny names "rm"/, line);
        assert.ok(verdict.do === 'ask' && verdict.always, line);
      }
      for (const line of ['$X x', 'eval $X', 'sh -c "$X"', '"$(printf rm)" x']) {
        reasons(await judge(line, { policy, deny: ['rm'] }, [{}]));
      }
    }
  });

  it('runs in a working sandbox without asking, but for installs, hosts, and what nobody can tell', async () => {
    const more = { policy: 'sandboxed' as const };
    for (const line of [
      'rm -rf build',
      'npm test',
      'make > log',
      'FOO=1 ./x && y',
      'cat <<E\na\nE',
    ]) {
      assert.deepEqual(await judge(line, more), { do: 'run' }, line);
    }
    for (const line of ['echo "', 'eval "$X"', 'npm ci', 'curl https://a.example', 'git push']) {
      reasons(await judge(line, more));
    }
  });

  it('names hosts and scripts of an install, and asks each time', async () => {
    const verdict = await judge('cd app && npm install left-pad', { policy: 'sandboxed' }, [{}]);
    assert.match(
      reasons(verdict),
      /npm installs .* registry\.npmjs\.org, and packages may run scripts/,
    );
    assert.deepEqual(verdict.do === 'ask' && [verdict.always, verdict.hosts], [
      true,
      ['registry.npmjs.org'],
    ]);
    const without = reasons(await judge('npm ci --ignore-scripts'));
    assert.doesNotMatch(without, /scripts of their own/);
    for (const line of [
      'yarn',
      'pnpm add x',
      'python3 -m pip install x',
      'npx x',
      'sudo apt-get install x',
    ]) {
      assert.match(reasons(await judge(line, { policy: 'sandboxed' })), /install|packages/, line);
    }
  });

  it('does not ask for a host that is open', async () => {
    const more = { policy: 'sandboxed' as const, hosts: ['a.example', '*.b.example'] };
    assert.deepEqual(await judge('curl https://a.example/x', more), { do: 'run' });
    assert.deepEqual(await judge('curl https://c.b.example/x', more), { do: 'run' });
    for (const url of ['https://b.example', 'https://a.example.evil', 'https://a.example@evil/']) {
      reasons(await judge(`curl ${url}`, more));
    }
  });

  it('asks for what talks to the machine itself, and opens nothing for it', async () => {
    for (const host of [
      'localhost',
      '127.0.0.1',
      '[::1]',
      '0.0.0.0',
      'x.localhost',
      '127.1',
      '0x7f000001',
    ]) {
      const verdict = await judge(`curl http://${host}:3000/`, { policy: 'sandboxed' });
      assert.match(reasons(verdict), /curl talks to/, host);
      assert.deepEqual(verdict.do === 'ask' && verdict.hosts, [], host);
    }
  });

  it('runs what a standing yes covers, for every command or for a beginning', async () => {
    assert.deepEqual(await judge('make all', {}, [{}]), { do: 'run' });
    const verdict = await judge('npm run build -- --fast');
    assert.equal(verdict.do === 'ask' && verdict.prefix, 'npm run build');
    assert.deepEqual(await judge('npm run build', {}, [{ prefix: 'npm run build' }]), {
      do: 'run',
    });
    reasons(await judge('npm run evil', {}, [{ prefix: 'npm run build' }]));
  });

  it('refuses everything where commands are switched off', async () => {
    assert.equal((await judge('ls', { policy: 'deny', allow: ['ls'] }, [{}])).do, 'refuse');
  });

  it('takes long, deep and broken lines for what cannot be read', async () => {
    const nested = Array.from({ length: 8 }).reduce<string>(
      (inner) => `sh -c ${JSON.stringify(inner)}`,
      'ls',
    );
    for (const line of ['x'.repeat(30_000), nested, 'ls \0', 'half\ud83d', 'for', '$(']) {
      const parsed = await parseLine(line);
      assert.equal(parsed.ok, false, line.slice(0, 40));
      reasons(await judge(line, { policy: 'sandboxed' }));
    }
  });
});

describe("Git's arguments", () => {
  it('are readings only in a form that the table knows', () => {
    for (const line of [
      'status -s',
      'diff main',
      'log --oneline -5',
      'show HEAD~1',
      '--no-pager log',
    ]) {
      assert.ok(isReadingGit(line.split(' ')), line);
    }
    for (const line of [
      'log --outp=x',
      'diff --ext',
      'show --textc',
      'push',
      'log -c',
      'blame -S x',
    ]) {
      assert.ok(!isReadingGit(line.split(' ')), line);
    }
  });

  it('are seen where they put something in', () => {
    for (const line of ['-c a=b log', '--exec-path=x', 'log --outp=x', '-C x status']) {
      assert.ok(injectsIntoGit(line.split(' ')), line);
    }
    for (const line of ['status -uno', 'commit -m x']) assert.ok(!injectsIntoGit(line.split(' ')));
  });
});
