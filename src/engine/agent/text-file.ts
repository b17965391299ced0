/** Text of a file for a model, and back: refuses what is not UTF-8, so that no byte is ever lost. */
import { MusterError } from '../../shared/muster-error.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws MusterError `not-a-file` for binary content or another encoding */
export function decodeText(path: string, bytes: Uint8Array): string {
  if (bytes.includes(0)) {
    throw new MusterError(
      'not-a-file',
      `${path} is a binary file of ${bytes.length} bytes; it cannot be read or edited as text.`,
    );
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new MusterError(
      'not-a-file',
      `${path} is not UTF-8 text; it cannot be read or edited with this tool.`,
      { cause },
    );
  }
}

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A last line without a line break counts too. */
export function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Line numbers, from 1, at which a string begins in a text; occurrences may overlap. */
export function linesOf(text: string, part: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let counted = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    for (; counted < at; counted++) if (text[counted] === '\n') line++;
    lines.push(line);
  }
  return lines;
}
