// Prints one line for a step of the set-up when it is done, with the time it took.

/**
 * @template T
 * @param {string} name what is being made ready, as a noun
 * @param {() => Promise<{ note: string, value: T }>} step `note` says how: `found`, `installed`
 * @param {(line: string) => void} [log]
 * @returns {Promise<T>}
 */
export async function reportStep(name, step, log = console.log) {
  const startedAt = performance.now();
  const { note, value } = await step();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  log(`setup: ${name}: ${note} (${seconds} s)`);
  return value;
}
