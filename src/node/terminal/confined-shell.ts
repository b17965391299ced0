/** The shell of a lane inside everything that confines it: the sandbox where one works, a home of its own, the scan after each command. */
import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandOutcome, Shell } from '../../engine/lane-ports.ts';
import { createLaneShell } from '../lane-shell.ts';
import { type Quarantined, quarantineNew, scanLane } from './lane-scan.ts';
import type { Sandbox } from './sandbox.ts';

export type ConfinedShellOptions = {
  root: string;
  /** Home and temporary files of the lane's commands; they outlive a command, so that caches do. */
  scratch: string;
  /** What commands left that must not be in the lane is moved into folders in it. */
  quarantine: string;
  /** Must not be read in the sandbox. */
  hidden: readonly string[];
  /** Parts of that, which may be. */
  readable: readonly string[];
  sandbox?: Sandbox;
};

export function createConfinedShell(options: ConfinedShellOptions): Shell {
  const { root, scratch, quarantine, sandbox } = options;
  return {
    async run(command, signal) {
      const shell = createLaneShell({
        root,
        temporaryFolder: scratch,
        ...(sandbox === undefined ? {} : { confine: confinement(options, sandbox) }),
      });
      const lane = await realpath(root).catch(() => root);
      const before = await scanLane(lane);
      const outcome = await shell.run(command, signal);
      if (outcome.ended === 'not-started') return outcome;
      const found = await quarantineNew(lane, before, join(quarantine, randomUUID()));
      return found === undefined ? outcome : withNote(outcome, found);
    },
  };
}

function confinement(options: ConfinedShellOptions, sandbox: Sandbox) {
  return async (line: string, at: { shell: string; hosts: readonly string[] }) => {
    const state = await sandbox.state();
    // The person was asked for this command, and told that there is no sandbox.
    if (!state.works) return undefined;
    const { root, scratch, hidden } = options;
    const places = {
      lane: root,
      scratch,
      shell: at.shell,
      hidden,
      readable: options.readable,
    };
    return sandbox.wrap(line, places, at.hosts);
  };
}

function withNote(outcome: CommandOutcome, found: Quarantined): CommandOutcome {
  const paths = found.files.map(({ path }) => JSON.stringify(path)).slice(0, 20);
  const more = found.files.length - paths.length;
  const note = `[Muster moved out of your copy what commands may not leave there: ${paths.join(', ')}${more > 0 ? ` and ${more} more` : ''}. Repositories, hooks, editor and agent configuration are not taken from commands. If the task needs such a file, create it with create_file; the person then decides on it by itself.]`;
  const end = outcome.output === '' || outcome.output.endsWith('\n') ? '' : '\n';
  return { ...outcome, output: `${outcome.output}${end}${note}\n`, quarantined: found };
}
