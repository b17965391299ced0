/** What a command makes a package manager run from the repository's own manifest, so that the person sees it before saying yes. */
import type { Files } from '../lane-ports.ts';
import { outgoingOf } from './outgoing.ts';
import { fixedWords, type ParsedLine, programName } from './parsed-line.ts';

const managers: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const shorthands: ReadonlySet<string> = new Set(['test', 'start', 'stop', 'restart']);
const lifecycle = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
];
const maxNote = 500;

/** Lines such as `build: tsc && node post.js`; empty where nothing is run from the manifest. */
export async function scriptNotes(parsed: ParsedLine, files: Files): Promise<string[]> {
  if (!parsed.ok) return [];
  const names = parsed.commands.flatMap((command) => scriptsRunBy(fixedWords(command)));
  if (names.length === 0) return [];
  const scripts = await scriptsOf(files);
  return [...new Set(names)].flatMap((name) => {
    const body = scripts[name];
    return body === undefined ? [] : [`${name}: ${body}`.slice(0, maxNote)];
  });
}

function scriptsRunBy(words: readonly string[]): string[] {
  if (!managers.has(programName(words))) return [];
  const args = words.slice(1).filter((each) => !each.startsWith('-'));
  if (outgoingOf(words)?.kind === 'install') return lifecycle;
  const [first = '', second] = args;
  const isRun = first === 'run' || first === 'run-script';
  if (!isRun && programName(words) === 'npm' && !shorthands.has(first)) return [];
  const name = isRun ? second : first;
  return name === undefined || name === '' ? [] : [`pre${name}`, name, `post${name}`];
}

async function scriptsOf(files: Files): Promise<Record<string, string>> {
  try {
    const manifest: unknown = JSON.parse(
      new TextDecoder().decode(await files.read('package.json')),
    );
    if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return {};
    const { scripts } = manifest;
    if (typeof scripts !== 'object' || scripts === null) return {};
    const entries = Object.entries(scripts).filter(([, body]) => typeof body === 'string');
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}
