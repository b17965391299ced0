// Runs one command of the set-up to its end; a failure carries what it printed.

import { spawn } from 'node:child_process';

/** Of the start and of the end each: an error stands in one of them, help texts in between. */
const keptCharacters = 2_000;

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined }} [options]
 * @returns {Promise<void>}
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let start = '';
    let end = '';
    const collect = (/** @type {Buffer} */ chunk) => {
      const room = keptCharacters - start.length;
      const text = chunk.toString();
      start += text.slice(0, room);
      end = (end + text.slice(room)).slice(-keptCharacters);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code, signalName) => {
      if (code === 0) {
        resolve();
        return;
      }
      const shown = [command, ...args].join(' ');
      const output = end === '' ? start : `${start}\n…\n${end}`;
      reject(new Error(`\`${shown}\` ended with ${code ?? signalName}:\n${output.trim()}`));
    });
  });
}
