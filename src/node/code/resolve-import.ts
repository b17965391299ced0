/** Which files of a lane an import may stand for, in the order in which they count; only where that is plain. */
import { posix } from 'node:path';

export type ImportSite = {
  /** The file that imports. */
  path: string;
  language: string;
  source: string;
  /** Of Go: the module's name, and the folder of its `go.mod`. */
  goModule?: { name: string; folder: string };
};

/** Paths relative to the lane; a trailing `/` stands for a folder. Nothing that leads out of the lane. */
export function importCandidates(site: ImportSite): string[] {
  return candidatesOf(site)
    .map((candidate) => {
      const path = posix.normalize(candidate);
      return path.startsWith('./') ? path.slice(2) : path;
    })
    .filter((path) => !path.startsWith('../') && !path.startsWith('/') && path !== '..');
}

function candidatesOf(site: ImportSite): string[] {
  switch (site.language) {
    case 'typescript':
    case 'tsx':
    case 'javascript':
      return scriptCandidates(site);
    case 'python':
      return pythonCandidates(site);
    case 'go':
      return goCandidates(site);
    case 'rust':
      return rustCandidates(site);
    case 'java':
      return javaCandidates(site);
    case 'c':
    case 'cpp':
      return [posix.dirname(site.path), '.', 'include', 'src'].map((at) =>
        posix.join(at, site.source),
      );
    case 'ruby':
      return rubyCandidates(site);
    case 'php':
      return /^\.|\.php$/.test(site.source)
        ? [posix.join(posix.dirname(site.path), site.source), site.source]
        : [];
    default:
      return [];
  }
}

const scriptEndings = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.d.ts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.json',
];

function scriptCandidates({ path, source }: ImportSite): string[] {
  if (!/^\.\.?(\/|$)/.test(source)) return [];
  const at = posix.join(posix.dirname(path), source.replace(/[?#].*$/, ''));
  // In TypeScript `./a.js` names what `./a.ts` is compiled to.
  const compiled = /\.([mc]?)js(x?)$/.exec(at);
  const original = compiled
    ? [`.${compiled[1]}ts${compiled[2]}`, '.tsx'].map((end) => at.slice(0, compiled.index) + end)
    : [];
  return [
    at,
    ...original,
    ...scriptEndings.map((end) => at + end),
    ...scriptEndings.map((end) => posix.join(at, `index${end}`)),
  ];
}

function pythonCandidates({ path, source }: ImportSite): string[] {
  const dots = /^\.*/.exec(source)?.[0].length ?? 0;
  const names = source.slice(dots).split('.').filter(Boolean);
  const folder = posix.dirname(path);
  const roots =
    dots > 0
      ? [posix.join(folder, ...Array.from({ length: dots - 1 }, () => '..'))]
      : [folder, ...ancestorsOf(folder), 'src', '.'];
  return [...new Set(roots)].flatMap((root) => {
    const at = posix.join(root, ...names);
    const ofPackage = posix.join(root, '__init__.py');
    if (names.length === 0) return [ofPackage];
    const ofModule = [`${at}.py`, posix.join(at, '__init__.py'), `${at}.pyi`];
    // `from . import a` may name something that the package itself defines.
    return dots > 0 ? [...ofModule, ofPackage] : ofModule;
  });
}

function goCandidates({ source, goModule }: ImportSite): string[] {
  if (goModule === undefined) return [];
  const { name, folder } = goModule;
  if (source !== name && !source.startsWith(`${name}/`)) return [];
  return [`${posix.join(folder, source.slice(name.length + 1))}/`];
}

function rustCandidates({ path, source }: ImportSite): string[] {
  const folder = posix.dirname(path);
  const stem = posix.basename(path, '.rs');
  const own = ['mod', 'lib', 'main'].includes(stem) ? folder : posix.join(folder, stem);
  const file = (at: string, names: readonly string[]) => [
    `${posix.join(at, ...names)}.rs`,
    posix.join(at, ...names, 'mod.rs'),
  ];
  if (source.startsWith('mod ')) return file(own, [source.slice(4)]);
  const [first = '', ...names] = source
    .replace(/::[{*].*$/s, '')
    .replace(/\s+as\s.*$/s, '')
    .split('::');
  const start = { crate: crateRoot(folder), self: own, super: posix.dirname(own) }[first];
  if (start === undefined || names.length === 0) return [];
  // The last names may be items in the file.
  return names
    .map((_, cut) => names.slice(0, names.length - cut))
    .flatMap((each) => file(start, each));
}

function crateRoot(folder: string): string {
  const parts = folder.split('/');
  const at = parts.lastIndexOf('src');
  return at < 0 ? folder : parts.slice(0, at + 1).join('/');
}

/** From the folder of the sources, which is where the path of the importing file's own package begins. */
function javaCandidates({ path, source }: ImportSite): string[] {
  const names = source.replace(/\.\*$/, '').split('.');
  const roots = ['.', ...ancestorsOf(path)];
  // A static import names a member of the class, or a class in a class.
  const cuts = [names, names.slice(0, -1)].filter((each) => each.length > 0);
  return roots.flatMap((root) => cuts.map((each) => `${posix.join(root, ...each)}.java`));
}

function rubyCandidates({ path, source }: ImportSite): string[] {
  const file = source.endsWith('.rb') ? source : `${source}.rb`;
  if (source.startsWith('.')) return [posix.join(posix.dirname(path), file)];
  return ['lib', '.', 'app'].map((root) => posix.join(root, file));
}

/** Folders above, nearest first, the lane's root left out. */
function ancestorsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/'));
}
