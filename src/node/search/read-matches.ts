/** Reads what ripgrep prints, piece by piece: `path NUL line:column:text`, and `path NUL line-text` around it. */

export type PrintedLine = {
  path: string;
  line: number;
  /** Bytes before the match in its line; absent for a line of context. */
  place?: number;
  text: Buffer;
};

/** Feeds whole lines to `take` until that says `stop`. */
export function lineReader(take: (line: PrintedLine) => 'stop' | undefined) {
  let pending: Buffer[] = [];
  return (chunk: Buffer): 'stop' | undefined => {
    let start = 0;
    // Nothing is complete without a line break; that keeps a long line from being joined again and again.
    if (!chunk.includes(10)) {
      pending.push(chunk);
      return undefined;
    }
    const bytes = Buffer.concat([...pending, chunk]);
    for (;;) {
      // A name may hold line breaks, so the line ends at the first behind the NUL.
      const nul = bytes.indexOf(0, start);
      const end = nul < 0 ? -1 : bytes.indexOf(10, nul);
      if (end < 0) break;
      const printed = parseLine(bytes.subarray(start, nul), bytes.subarray(nul + 1, end));
      start = end + 1;
      if (printed !== undefined && take(printed) === 'stop') return 'stop';
    }
    pending = start < bytes.length ? [bytes.subarray(start)] : [];
    return undefined;
  };
}

/** Printed where a NUL comes late in a file. */
const notice = /^.*: WARNING: stopped searching binary file[^\n]*\n/s;

/** Undefined for a name that is not UTF-8. */
function parseLine(name: Buffer, rest: Buffer): PrintedLine | undefined {
  const numbers = /^(?:(\d+):(\d+):|(\d+)-)/.exec(rest.toString('latin1', 0, 40));
  const path = name.toString('utf8').replace(notice, '').replace(/^\.\//, '');
  if (numbers === null || path.includes('\ufffd')) return undefined;
  const [head, number, column, contextNumber] = numbers;
  const end = rest.at(-1) === 13 ? rest.length - 1 : rest.length;
  const text = rest.subarray(head.length, end);
  if (contextNumber !== undefined) return { path, line: Number(contextNumber), text };
  return { path, line: Number(number), place: Number(column) - 1, text };
}

const maxLineBytes = 400;

/** Cut around the place where the match is. */
export function shownText({ text, place = 0 }: Pick<PrintedLine, 'text' | 'place'>): string {
  if (text.length <= maxLineBytes) return decode(text);
  const start = Math.max(0, Math.min(place - maxLineBytes / 4, text.length - maxLineBytes));
  const end = start + maxLineBytes;
  const middle = decode(text.subarray(start, end)).replace(/^\ufffd+|\ufffd+$/g, '');
  return `${start > 0 ? '…' : ''}${middle}${end < text.length ? '…' : ''}`;
}

function decode(bytes: Buffer): string {
  return bytes.toString('utf8');
}
