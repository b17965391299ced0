/** The environment of a command that an agent runs: only what is named here, so that no credential gets in. */
import { delimiter, dirname, isAbsolute } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

const passedOn: ReadonlySet<string> = new Set([
  ...['LANG', 'LANGUAGE', 'TZ', 'USER', 'LOGNAME'],
  // Where toolchains are installed; none of these folders holds credentials.
  ...['GOROOT', 'JAVA_HOME', 'JDK_HOME', 'NVM_DIR', 'VOLTA_HOME', 'PYENV_ROOT', 'RBENV_ROOT'],
  ...['RUSTUP_HOME', 'RUSTUP_TOOLCHAIN', 'ASDF_DIR', 'ASDF_DATA_DIR', 'DOTNET_ROOT', 'SDKROOT'],
  ...['NIX_PATH', 'NIX_PROFILES', 'NIX_SSL_CERT_FILE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'NUMBER_OF_PROCESSORS'],
  ...['PROCESSOR_ARCHITECTURE', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'PROGRAMDATA'],
]);

/** `home` and `temporary` are private folders: what a tool keeps in the person's home stays unseen. */
export function commandEnvironment(
  host: Environment,
  places: { root: string; home: string; temporary: string; shell: string },
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    const known = name.toUpperCase();
    if (value !== undefined && (passedOn.has(known) || known.startsWith('LC_'))) {
      environment[name] = value;
    }
  }
  return {
    ...environment,
    PATH: absoluteEntries(host.PATH ?? host.Path ?? '/usr/local/bin:/usr/bin:/bin'),
    HOME: places.home,
    USERPROFILE: places.home,
    TMPDIR: places.temporary,
    TMP: places.temporary,
    TEMP: places.temporary,
    SHELL: places.shell,
    TERM: 'dumb',
    CI: '1',
    // A lane that lost its own repository must not find one around it.
    GIT_CEILING_DIRECTORIES: dirname(places.root),
    GIT_TERMINAL_PROMPT: '0',
  };
}

// A relative entry would run programs that stand in the lane.
function absoluteEntries(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}
