/** What a command wants from the network: packages to install, or hosts to talk to. */
import { programName } from './parsed-line.ts';

export type Outgoing =
  | { kind: 'install'; manager: string; hosts: readonly string[]; runsScripts: boolean }
  | { kind: 'network'; program: string; hosts: readonly string[] };

type Manager = { does: RegExp; hosts: readonly string[]; runsScripts: boolean };

const npm = ['registry.npmjs.org'];
const pypi = ['pypi.org', 'files.pythonhosted.org'];

/** `does` is tested on the arguments, joined by single spaces. */
const managers: Readonly<Record<string, Manager>> = {
  npm: {
    does: /^(?:-\S+ )*(?:i|in|ins|inst|insta|instal|install|isnt|isnta|isntal|isntall|add|ci|ic|(?:clean-install|install-clean|isntall-clean|install-ci)(?:-test)?|it|cit|sit|install-test|update|up|upgrade|udpate|exec|x|create|init|innit|link|ln|rebuild|rb|dedupe|ddp|publish|audit fix)(?: |$)/u,
    hosts: npm,
    runsScripts: true,
  },
  npx: { does: /^/u, hosts: npm, runsScripts: true },
  pnpx: { does: /^/u, hosts: npm, runsScripts: true },
  bunx: { does: /^/u, hosts: npm, runsScripts: true },
  corepack: { does: /^/u, hosts: npm, runsScripts: true },
  pnpm: {
    does: /^(?:-\S+ )*(?:i|install|add|update|up|upgrade|dlx|create|fetch|import|rebuild|rb|install-test|it|publish|deploy|env|self-update)(?: |$)/u,
    hosts: npm,
    runsScripts: true,
  },
  yarn: {
    does: /^(?:-\S+ )*(?:workspace \S+ |workspaces foreach (?:-\S+ )*(?:run )?)?(?:install|add|up|upgrade|dlx|create|global|set|plugin|rebuild|import|npm publish|publish)(?: |$)|^(?:-\S+ ?)*$/u,
    hosts: ['registry.yarnpkg.com', ...npm],
    runsScripts: true,
  },
  bun: {
    does: /^(?:-\S+ )*(?:i|install|a|add|update|upgrade|x|create)(?: |$)/u,
    hosts: npm,
    runsScripts: true,
  },
  pip: { does: /^(?:-\S+ )*(?:install|download|wheel)(?: |$)/u, hosts: pypi, runsScripts: true },
  pipx: { does: /^(?:install|run|upgrade|inject)/u, hosts: pypi, runsScripts: true },
  uv: { does: /^(?:add|sync|pip|tool|run|lock|python)(?: |$)/u, hosts: pypi, runsScripts: true },
  uvx: { does: /^/u, hosts: pypi, runsScripts: true },
  poetry: { does: /^(?:install|add|update|lock|self)(?: |$)/u, hosts: pypi, runsScripts: true },
  cargo: {
    does: /^(?:\+\S+ )?(?:add|install|fetch|update|search)(?: |$)/u,
    hosts: ['index.crates.io', 'static.crates.io', 'crates.io'],
    runsScripts: true,
  },
  go: {
    does: /^(?:get|install|mod (?:download|tidy|vendor)|work sync)(?: |$)|^run (?:-\S+ )*\S+@/u,
    hosts: ['proxy.golang.org', 'sum.golang.org'],
    runsScripts: false,
  },
  gem: {
    does: /^(?:i|install|update|fetch|push)(?: |$)/u,
    hosts: ['rubygems.org', 'index.rubygems.org'],
    runsScripts: true,
  },
  bundle: {
    does: /^(?:install|update|add)(?: |$)|^$/u,
    hosts: ['rubygems.org', 'index.rubygems.org'],
    runsScripts: true,
  },
  composer: {
    does: /^(?:-\S+ )*(?:install|i|update|u|require|create-project|global)(?: |$)/u,
    hosts: ['repo.packagist.org', 'packagist.org', 'api.github.com', 'codeload.github.com'],
    runsScripts: true,
  },
  dotnet: {
    does: /^(?:restore|add|tool|workload|new)(?: |$)/u,
    hosts: ['api.nuget.org'],
    runsScripts: true,
  },
  deno: {
    does: /^(?:install|add|cache|upgrade|x)(?: |$)|^(?:run |eval )?(?:-\S+ )*(?:https?|npm|jsr):/u,
    hosts: ['jsr.io', 'deno.land', ...npm],
    runsScripts: true,
  },
};

const aliases: Readonly<Record<string, string>> = { pip3: 'pip', bundler: 'bundle' };

const systemManagers: ReadonlySet<string> = new Set([
  ...['apt', 'apt-get', 'dnf', 'yum', 'apk', 'pacman', 'brew', 'port', 'snap', 'flatpak', 'zypper'],
  ...['nix', 'nix-env', 'conda', 'mamba', 'winget', 'choco', 'scoop'],
  ...['cpan', 'cpanm', 'luarocks', 'easy_install', 'rustup', 'ghcup', 'micromamba', 'dpkg', 'rpm'],
]);

const talkers: ReadonlySet<string> = new Set([
  ...[
    'curl',
    'wget',
    'ssh',
    'scp',
    'sftp',
    'rsync',
    'nc',
    'ncat',
    'netcat',
    'socat',
    'telnet',
    'ftp',
  ],
  ...['http', 'https', 'xh', 'aria2c', 'gh', 'glab', 'aws', 'gcloud', 'az', 'kubectl', 'docker'],
  ...['podman', 'dig', 'nslookup', 'ping', 'openssl', 'lynx', 'w3m', 'code'],
  ...['wget2', 'lftp', 'tftp', 'svn', 'hg', 'whois', 'host', 'mosh', 'nmap', 'autossh', 'sshfs'],
  ...['rclone', 'xdg-open', 'open', 'links', 'elinks', 'httpie', 'websocat', 'grpcurl', 'cursor'],
]);

const talkingGit =
  /^(?:clone|fetch|pull|push|ls-remote|fetch-pack|send-pack|remote (?:-\S+ )*(?:update|show|prune)|archive .*--remote|submodule|lfs|svn|p4)(?: |$|=)/u;

/** Undefined for a command that needs nothing from outside, as far as its words tell. */
export function outgoingOf(words: readonly string[]): Outgoing | undefined {
  const program = programName(words);
  const args = words.slice(1);
  const module = /^py(?:thon)?[\d.]*$/u.test(program) ? moduleOf(args) : undefined;
  if (module !== undefined) return outgoingOf(module);
  const name = aliases[program] ?? program;
  const manager = Object.hasOwn(managers, name) ? managers[name] : undefined;
  if (manager !== undefined && linesFrom(args).some((line) => manager.does.test(line))) {
    const { hosts, runsScripts } = manager;
    const offline = args.includes('--ignore-scripts');
    return { kind: 'install', manager: name, hosts, runsScripts: runsScripts && !offline };
  }
  if (systemManagers.has(name)) {
    return { kind: 'install', manager: name, hosts: [], runsScripts: true };
  }
  if (
    talkers.has(name) ||
    (name === 'git' && linesFrom(args).some((line) => talkingGit.test(line)))
  ) {
    return { kind: 'network', program: name, hosts: hostsIn(args) };
  }
  return undefined;
}

/** What `python -m` runs, with its arguments; `-m` may stand in one word with others. */
function moduleOf(args: readonly string[]): string[] | undefined {
  const at = args.findIndex((arg) => /^-[a-zA-Z]*m/u.test(arg));
  if (at < 0) return undefined;
  const [, joined = ''] = /^-[a-zA-Z]*?m(.*)$/u.exec(args[at] ?? '') ?? [];
  return joined === '' ? args.slice(at + 1) : [joined, ...args.slice(at + 1)];
}

/** The arguments from each place where the sub-command may stand: flags before it may take a word of their own. */
function linesFrom(args: readonly string[]): string[] {
  const lines = [args.join(' ')];
  for (let at = 0; at < args.length; at++) {
    const isFlag = args[at]?.startsWith('-') ?? false;
    if (!isFlag && !(args[at - 1]?.startsWith('-') ?? false)) break;
    if (at + 1 < args.length) lines.push(args.slice(at + 1).join(' '));
  }
  return lines;
}

/** Hosts that the arguments name in full; a name of the machine itself is none. */
function hostsIn(args: readonly string[]): string[] {
  const hosts = args.flatMap((arg) => {
    const [, url] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)/iu.exec(arg) ?? [];
    const [, remote] = /^(?:[\w.-]+@)([\w.-]+\.[\w-]+):/u.exec(arg) ?? [];
    return url ?? remote ?? [];
  });
  return [...new Set(hosts.map((host) => host.toLowerCase()))];
}

/** Names of the machine that a command runs on; in the sandbox those are its own, and the proxy is no way to the real ones. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.*\.)?localhost\.?|127(?:\.\d+){0,3}|0(?:\.0){0,3}|0x7f[\da-f]*|2130706433|\[(?:::1?|::ffff:.*)\])$/iu.test(
    host,
  );
}
