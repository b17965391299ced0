/** The least staging that the engine accepts: nothing is copied and no task changes a file. */
import type { Files, Lane } from '../../../src/engine/lane-ports.ts';
import type { Staging } from '../../../src/engine/ports.ts';

const commit = '0'.repeat(40);
const text = new TextEncoder().encode('One line.\n');

async function unused(): Promise<never> {
  throw new Error('No task of the bench asks for this');
}

const files: Files = {
  list: async () => ({ entries: [], more: false }),
  read: async () => text,
  exists: async () => true,
  write: async () => {},
  remove: async () => {},
  move: async () => {},
};

const lane: Lane = {
  files,
  search: { find: async () => ({ matches: [], more: false }) },
  code: { outline: unused, find: unused, dependencies: unused },
  git: {
    status: unused,
    diff: unused,
    log: unused,
    show: unused,
    blame: unused,
    commit: unused,
  },
  shell: {
    run: async () => ({ exitCode: 0, ended: 'exit', output: '', cutBytes: 0, ms: 0 }),
  },
};

export const idleStaging: Staging = {
  snapshot: async () => ({ commit, files: 0, leftOut: [] }),
  openLane: async () => {},
  closeLane: async () => {},
  recordTree: async () => commit,
  commit: async () => commit,
  merge: async () => ({ clean: true, head: commit }),
  diff: async () => ({ patch: '', files: [] }),
  readFile: async () => text,
  readFiles: async (_, paths) => paths.map(() => text),
  replaceFiles: async () => commit,
  patch: async () => new Uint8Array(),
  lane: () => lane,
};
