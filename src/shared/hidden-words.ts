/** What a person is told of a file whose changes bring in characters that do not show. */
import type { FileChange } from './changes.ts';

export function hiddenWords({ hunks }: Pick<FileChange, 'hunks'>): string | undefined {
  const lines = hunks.filter((hunk) => hunk.hidden !== undefined).map((hunk) => hunk.headStart);
  if (lines.length === 0) return undefined;
  const names = [...new Set(hunks.flatMap((hunk) => hunk.hidden ?? []))].join(', ');
  const shown = lines.slice(0, 5).join(', ');
  const where = `${lines.length === 1 ? 'the change at line' : 'the changes at lines'} ${shown}${lines.length > 5 ? ' and more' : ''}`;
  return `Hidden characters: ${where} ${lines.length === 1 ? 'has' : 'have'} ${names}, so that the code may not be what it looks like.`;
}
