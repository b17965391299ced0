/** What a person asks for, as a run may begin with it. */
import { MusterError } from '../shared/muster-error.ts';

const maxRequestCharacters = 100_000;

/** @throws MusterError `bad-input` when it is empty or too long */
export function requestText(request: string): string {
  const text = request.trim();
  if (text === '') {
    throw new MusterError(
      'bad-input',
      'The task is empty. Describe what is to be done, in a sentence or more.',
    );
  }
  if (text.length > maxRequestCharacters) {
    throw new MusterError(
      'bad-input',
      `The task has ${text.length} characters; at most ${maxRequestCharacters} are taken. Put long material into a file of the workspace and name it.`,
    );
  }
  return text;
}
