/** Where ripgrep is: the editor's own, the one installed beside Muster, or the machine's. */
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { MusterError } from '../../shared/muster-error.ts';

export type Ripgrep = { file: string; from: 'editor' | 'package' | 'path' };

const program = process.platform === 'win32' ? 'rg.exe' : 'rg';
const platform = `${process.platform}-${process.arch}`;

/**
 * The editor's comes first, since the packaged extension holds no program of its own.
 * @param editorRoot where the editor is installed; absent on the command line
 * @throws MusterError `no-search` with what to install
 */
export async function findRipgrep(editorRoot?: string): Promise<Ripgrep> {
  const candidates = [
    ...editorPlaces(editorRoot).map((file) => ({ file, from: 'editor' as const })),
    ...packagePlace().map((file) => ({ file, from: 'package' as const })),
    ...pathPlaces().map((file) => ({ file, from: 'path' as const })),
  ];
  for (const candidate of candidates) if (await isProgram(candidate.file)) return candidate;
  throw noRipgrep();
}

export function noRipgrep(cause?: unknown): MusterError {
  return new MusterError(
    'no-search',
    'Muster searches files with ripgrep, and none was found: not in the editor, not beside Muster, not on the PATH. Nothing was searched. Install ripgrep (the package "ripgrep" of most systems) and try again; files can still be listed and read.',
    { cause },
  );
}

/** One folder for all platforms in newer editors, one package for each, or the package of old. */
function editorPlaces(root: string | undefined): string[] {
  if (root === undefined) return [];
  return ['node_modules', 'node_modules.asar.unpacked'].flatMap((modules) => {
    const scope = path.join(root, modules, '@vscode');
    return [
      path.join(scope, 'ripgrep-universal', 'bin', platform, program),
      path.join(scope, `ripgrep-${platform}`, 'bin', program),
      path.join(scope, 'ripgrep', 'bin', program),
    ];
  });
}

function packagePlace(): string[] {
  try {
    const { resolve } = createRequire(import.meta.url);
    // The wrapper's own exports give no more than this, and throw where it is missing.
    const wrapper = createRequire(resolve('@vscode/ripgrep'));
    return [wrapper.resolve(`@vscode/ripgrep-${platform}/bin/${program}`)];
  } catch {
    return [];
  }
}

/** Relative entries would run a program of the folder that Muster was started in. */
function pathPlaces(): string[] {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, program));
}

function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
