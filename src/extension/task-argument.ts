/** The task in the argument of a command or of the API. */

/** The optional argument of `muster.orchestrateTask`: a string, or an object with `task`. */
export function taskOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (typeof argument !== 'object' || argument === null || !('task' in argument)) return undefined;
  return typeof argument.task === 'string' ? argument.task : undefined;
}
