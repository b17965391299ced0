// The environment an editor is started with: Node 24, a private home, and no key of the developer's.

import { node24Environment } from '../../../scripts/setup/node-24.mjs';
import type { EditorProfile } from './editor-profile.ts';

/** What would leak the developer's accounts, or steer the editor, from the shell around the test. */
const notInherited =
  /^(ANTHROPIC|OPENAI|MUSTER|VSCODE|ELECTRON|XDG|GIT|CODE_SERVER|npm)_|^(NODE_OPTIONS|PORT|PASSWORD)$/;

const keys = /^(ANTHROPIC|OPENAI|MUSTER)_/;

export type Environment = Readonly<Record<string, string | undefined>>;

export function editorEnvironment(
  profile: Pick<EditorProfile, 'home' | 'temporaryDir'>,
  added: Environment = {},
): NodeJS.ProcessEnv {
  const inherited = Object.entries(node24Environment()).filter(
    ([name]) => !notInherited.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: profile.home,
    USERPROFILE: profile.home,
    TMPDIR: profile.temporaryDir,
    // No extension gallery: nothing is looked up or updated.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...added,
  };
}

/** For a desktop editor, which needs the rest of the environment to show its window. */
export function environmentWithoutKeys(added: Environment = {}): Environment {
  const hidden = Object.keys(process.env).filter((name) => keys.test(name));
  return { ...Object.fromEntries(hidden.map((name) => [name, undefined])), ...added };
}
