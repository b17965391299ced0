/** The environments that git runs in: nothing inherited can redirect it or make it run a program. */
import process from 'node:process';

/** Not `GIT_*`, and git reads them all the same. */
const otherGitVariables = new Set(['EDITOR', 'PAGER', 'PREFIX', 'SSH_ASKPASS', 'VISUAL', 'LESS']);

const always = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  // A whitelist of transports without a member: no object is ever fetched, also not lazily.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  LC_ALL: 'C',
};

/** Fixed, so that the same tree, parents and message are always the same commit. */
const identity = {
  GIT_AUTHOR_NAME: 'Muster',
  GIT_AUTHOR_EMAIL: 'muster@localhost',
  GIT_AUTHOR_DATE: '946684800 +0000',
  GIT_COMMITTER_NAME: 'Muster',
  GIT_COMMITTER_EMAIL: 'muster@localhost',
  GIT_COMMITTER_DATE: '946684800 +0000',
};

export type Environment = Record<string, string>;

/** For the shadow repository: its own configuration alone. */
export function shadowEnvironment(extra: Environment = {}): Environment {
  return {
    ...inherited(),
    ...always,
    ...identity,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    ...extra,
  };
}

/** For questions about the person's ignore rules: their system and global configuration count. */
export function personEnvironment(extra: Environment = {}): Environment {
  return { ...inherited(), ...always, ...extra };
}

function inherited(): Environment {
  const kept: Environment = {};
  for (const [name, value] of Object.entries(process.env)) {
    const upper = name.toUpperCase();
    if (value === undefined || upper.startsWith('GIT_') || otherGitVariables.has(upper)) continue;
    kept[name] = value;
  }
  return kept;
}
