// Runs npm without a shell, on a chosen Node, with nothing inherited from an npm script around it.

import { runCommand } from './run-command.mjs';

/**
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined }} options
 * @returns {Promise<void>}
 */
export function npmCommand(args, { cwd, env = process.env, signal }) {
  const clean = withoutOuterScript(env);
  const cli = env.npm_execpath;
  // On Windows npm is a batch file, which spawn refuses without a shell; its script is not.
  if (process.platform === 'win32' && cli !== undefined) {
    return runCommand(process.execPath, [cli, ...args], { cwd, env: clean, signal });
  }
  return runCommand('npm', args, { cwd, env: clean, signal });
}

/**
 * An outer `npm run` leaves its package's name and folder behind; settings of the user stay.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withoutOuterScript(env) {
  const outer = /^npm_(package|lifecycle|command|config_local_prefix|config_prefix)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
}
