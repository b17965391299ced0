/** Lines of a file as bytes: what hunks count, whatever the encoding. */
import * as z from 'zod';

/** The encodings in which a line feed is more than one byte. */
export const WideEncoding = z.enum(['utf-16le', 'utf-16be']);
export type WideEncoding = z.infer<typeof WideEncoding>;

const lineFeed = 0x0a;

/** Each with its line feed; the last may be without one. Together they are the bytes again. */
export function byteLines(bytes: Uint8Array | undefined, encoding?: WideEncoding): Uint8Array[] {
  const lines: Uint8Array[] = [];
  if (!bytes) return lines;
  let from = 0;
  for (let end = lineEnd(bytes, from, encoding); end > 0; end = lineEnd(bytes, from, encoding)) {
    lines.push(bytes.subarray(from, end));
    from = end;
  }
  if (from < bytes.length) lines.push(bytes.subarray(from));
  return lines;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Behind the next line feed; 0 when there is none. */
function lineEnd(bytes: Uint8Array, from: number, encoding: WideEncoding | undefined): number {
  if (encoding === undefined) return bytes.indexOf(lineFeed, from) + 1;
  const low = encoding === 'utf-16le' ? 0 : 1;
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    const unit = at - (at % 2);
    if (at - unit === low && bytes[unit + 1 - low] === 0) return unit + 2;
  }
  return 0;
}
