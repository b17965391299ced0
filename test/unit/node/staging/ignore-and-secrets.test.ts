/** Ignore rules carried from folders above, and names that stand for secrets. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rebaseRules } from '../../../../src/node/staging/outer-ignore-rules.ts';
import { secretReason } from '../../../../src/node/staging/secret-names.ts';

describe('ignore rules of a folder above', function () {
  this.timeout(30_000);
  const rebased = (...rules: string[]) =>
    rebaseRules(rules.join('\n'), 'packages/a').split('\n').filter(Boolean);

  it('stay as they are when they hold at any depth', () => {
    const rules = ['node_modules', '*.log', 'build/', '!keep.log', '**/tmp/x'];
    assert.deepEqual(rebased('# comment', '', ...rules), rules);
  });

  it('are cut to the folder when they begin with its path, and dropped when they speak of others', () => {
    const rules = [
      '/packages/a/dist/',
      'packages/a/out',
      '!/packages/a/dist/keep',
      '/src',
      'packages/b/x',
    ];
    assert.deepEqual(rebased(...rules), ['/dist/', '/out', '!/dist/keep']);
  });

  it('are untouched for the folder itself', () => {
    assert.equal(rebaseRules('/src\n# x\n', ''), '/src\n# x\n');
  });
});

describe('names of secrets', function () {
  this.timeout(30_000);
  it('are environment files, keys and credentials, in any case and folder', () => {
    const secret = [
      '.env',
      '.ENV',
      'a/.env.production',
      '.envrc',
      'id_ed25519',
      'x/y.PEM',
      'a.p12',
      'a.pfx',
      'my.keystore',
      '.netrc',
      'home/.ssh/known_hosts',
    ];
    for (const name of secret) assert.ok(secretReason(name), name);
  });

  it('are not examples, public keys or words that only look like them', () => {
    const harmless = [
      '.env.example',
      '.env.local.sample',
      '.env.template',
      'env',
      'a.env',
      'id_rsa.pub',
      'key',
      'keyboard.ts',
      'pem/index.ts',
      '.env/config.ts',
    ];
    for (const name of harmless) assert.equal(secretReason(name), undefined, name);
  });
});
