// The private folders of one editor: settings, extensions and a home that is nobody's.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAtExit } from './cleanup.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface EditorProfile {
  readonly root: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly home: string;
  readonly temporaryDir: string;
  writeSettings(settings: Settings): void;
  remove(): Promise<void>;
}

/** A workbench with nothing on it but what the test puts there. */
const quietSettings: Settings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': false,
  'workbench.colorTheme': 'Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * With `root` the folders are the caller's, kept from one editor to the next; else temporary. Its
 * path must be short, some 50 characters: the editor's sockets are in it.
 */
export function openProfile(root?: string): EditorProfile {
  const folder = root ?? mkdtempSync(join(tmpdir(), 'muster-editor-'));
  const folderIn = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const userDataDir = folderIn('user-data');
  const writeIn = (name: string, settings: Settings): void => {
    const path = folderIn(join('user-data', name));
    writeFileSync(join(path, 'settings.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
  };
  const removeNow = (): void => {
    if (root === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  return {
    root: folder,
    userDataDir,
    extensionsDir: folderIn('extensions'),
    home: folderIn('home'),
    temporaryDir: folderIn('tmp'),
    writeSettings(settings) {
      writeIn('User', { ...quietSettings, ...settings });
      // Those of scope `machine` are read from here once the person changes a setting in the window.
      const ofMachine = Object.entries(settings).filter(([name]) => name.startsWith('muster.'));
      writeIn('Machine', Object.fromEntries(ofMachine));
    },
    remove: closeAtExit({ close: async () => removeNow(), closeNow: removeNow }),
  };
}
