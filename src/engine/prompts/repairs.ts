/** What a model is told when the form of its answer was wrong. */

export function proseRepair(tool: string): string {
  return `Your answer contained no tool call, so nothing has happened. Only a call of ${tool} counts as the answer. If you are ready, call it now; if not, go on with the tools that you have.`;
}

/** Where the answer is prose. */
export const silenceRepair =
  'Your answer was empty, so the person has nothing to read. Answer their request now, in text, and briefly enough to be complete.';

export function truncationRepair(tool: string): string {
  return `Your answer was cut off at the output limit before it was complete. Go on in smaller steps, and keep the call of ${tool} short enough to fit.`;
}

/** @param problems one line each: the path and what is wrong there */
export function schemaRepair(tool: string, problems: readonly string[]): string {
  return `The input of ${tool} does not fit its schema:\n${problems.map((each) => `- ${each}`).join('\n')}\nNothing has happened. Call ${tool} again with the whole input, corrected.`;
}
