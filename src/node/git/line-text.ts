/** Text of an encoding that is certain, in the form in which git sees its lines. */
import { encodeText } from '../../engine/agent/text-file.ts';
import type { WideEncoding } from '../../shared/byte-lines.ts';

/** `bytes` has the lines of the file one by one, and differs where they differ. */
export type LineText = { bytes: Uint8Array; encoding?: WideEncoding };

/** @returns undefined where the encoding cannot be told, or where it is no text */
export function lineText(bytes: Uint8Array): LineText | undefined {
  const encoding = wideEncodingOf(bytes);
  if (encoding === undefined) return bytes.includes(0) ? undefined : { bytes };
  const text = decodeWide(bytes, encoding);
  return text === undefined || text.includes('\0')
    ? undefined
    : { bytes: encodeText(text), encoding };
}

/** @returns undefined where not all of them have lines of one kind; an empty one has those of any */
export function lineTexts(
  all: readonly Uint8Array[],
): { texts: Uint8Array[]; encoding: WideEncoding | undefined } | undefined {
  const read = all.map(lineText).filter((each) => each !== undefined);
  if (read.length < all.length) return undefined;
  const filled = read.filter(({ bytes }) => bytes.length > 0);
  const encoding = filled[0]?.encoding;
  if (filled.some((each) => each.encoding !== encoding)) return undefined;
  return { texts: read.map(({ bytes }) => bytes), encoding };
}

/** By its mark alone: without one a guess would be all there is. */
export function wideEncodingOf(bytes: Uint8Array): WideEncoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** With its mark; what is not wholly of the encoding is none of it. */
function decodeWide(bytes: Uint8Array, encoding: WideEncoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
