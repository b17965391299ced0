/** What the person set for commands, and the port by which the engine judges them. */

import process from 'node:process';
import type { Commands } from '../../engine/ports.ts';
import type { ParsedLine } from '../../engine/terminal/parsed-line.ts';
import { isHost } from './host-names.ts';
import { parseLine } from './parse-line.ts';
import type { Network, Sandbox } from './sandbox.ts';

export type TerminalSettings = {
  policy: 'ask' | 'sandboxed' | 'deny';
  allow: readonly string[];
  deny: readonly string[];
  /** Hosts by name, or all below one by `*.`; `loopback` may stand among them. */
  network: 'off' | 'loopback' | readonly string[];
};

export const defaultTerminal: TerminalSettings = {
  policy: 'ask',
  allow: [],
  deny: [],
  network: 'off',
};

/** `settings` is asked anew for each command; without a sandbox none is claimed to work. */
export function createCommands(settings: () => TerminalSettings, sandbox?: Sandbox): Commands {
  return {
    parse: parseHere,
    async rules() {
      const { policy, allow, deny, network } = settings();
      const { hosts } = networkOf(network);
      sandbox?.setNetwork(networkOf(network));
      const sandboxWorks = policy !== 'deny' && (await sandbox?.state())?.works === true;
      return { policy, allow, deny, hosts, sandboxWorks };
    },
  };
}

/** The shell of Windows takes quotes, escapes and variables for something else than the grammar does. */
async function parseHere(line: string): Promise<ParsedLine> {
  if (process.platform === 'win32' && /['^%!`$\\\n]/u.test(line)) {
    return { ok: false, reason: 'the shell of Windows may read it otherwise' };
  }
  return parseLine(line);
}

/** What is no host opens none: `*` and `*.com` would open all of them. */
export function networkOf(network: TerminalSettings['network']): Network {
  if (network === 'off') return { hosts: [], loopback: false };
  if (network === 'loopback') return { hosts: [], loopback: true };
  return { hosts: network.filter(isHost), loopback: network.includes('loopback') };
}
