/** Text of a file for a model, and back: every byte that is not edited comes out as it went in. */
import { MusterError } from '../../shared/muster-error.ts';
import { binaryKind } from './binary-kind.ts';
import { inWords } from './in-words.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export type TextFile = {
  /** Without the byte order mark. */
  text: string;
  encoding: TextEncoding;
  bom: boolean;
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** By byte: Windows-1252, which is Latin-1 with letters where that has controls; each has its own. */
const singleBytes = new TextDecoder('windows-1252').decode(
  Uint8Array.from({ length: 256 }, (_, at) => at),
);

/** @throws MusterError `not-a-file` for binary content, saying of what kind */
export function decodeText(path: string, bytes: Uint8Array): TextFile {
  const known = binaryKind(bytes);
  if (known !== undefined) throw notText(path, known, bytes.length);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(path, bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(path, bytes, 'utf-16be');
  if (bytes.includes(0)) throw notText(path, 'a binary file', bytes.length);
  const text = tryDecode(utf8, bytes);
  if (text !== undefined) {
    const bom = text.startsWith('\ufeff');
    return { text: bom ? text.slice(1) : text, encoding: 'utf-8', bom };
  }
  if (bytes.some(isControl)) throw notText(path, 'a binary file', bytes.length);
  let decoded = '';
  for (const byte of bytes) decoded += singleBytes[byte];
  return { text: decoded, encoding: 'windows-1252', bom: false };
}

/** The bytes of a text in the encoding, and with the mark, of the file that it belongs to. */
export function encodeText(
  text: string,
  { encoding, bom }: Pick<TextFile, 'encoding' | 'bom'> = { encoding: 'utf-8', bom: false },
): Uint8Array {
  const marked = bom ? `\ufeff${text}` : text;
  switch (encoding) {
    case 'utf-8':
      return new TextEncoder().encode(marked);
    case 'utf-16le':
      return encodeUtf16(marked, true);
    case 'utf-16be':
      return encodeUtf16(marked, false);
    case 'windows-1252':
      return encodeSingleBytes(marked);
  }
}

/** As a person knows it; empty for UTF-8, which needs no mention. */
export function encodingNote({ encoding }: TextFile): string {
  switch (encoding) {
    case 'utf-8':
      return '';
    case 'utf-16le':
      return ' (UTF-16 LE)';
    case 'utf-16be':
      return ' (UTF-16 BE)';
    case 'windows-1252':
      return ' (not UTF-8; read as Windows-1252)';
  }
}

/** A last line without a line break counts too. */
export function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, place: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

function decodeUtf16(path: string, bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): TextFile {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const text = bytes.length % 2 === 0 ? tryDecode(decoder, bytes) : undefined;
  if (text === undefined) throw notText(path, 'a binary file or broken UTF-16', bytes.length);
  return { text: text.slice(1), encoding, bom: true };
}

function tryDecode(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** No text has these; tab, line feed, form feed, carriage return and escape do occur. */
function isControl(byte: number): boolean {
  return byte < 32 && ![9, 10, 12, 13, 27].includes(byte);
}

function encodeUtf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  }
  return bytes;
}

function encodeSingleBytes(text: string): Uint8Array {
  const codes = new Map([...singleBytes].map((character, byte) => [character, byte]));
  return Uint8Array.from([...text], (character) => {
    const byte = codes.get(character);
    if (byte !== undefined) return byte;
    throw new MusterError(
      'bad-input',
      `The file is in Windows-1252, which has no ${JSON.stringify(character)}. Nothing was changed. Write it with characters of that encoding, or as an escape of the language.`,
    );
  });
}

function notText(path: string, what: string, size: number): MusterError {
  return new MusterError(
    'not-a-file',
    `${inWords(path)} is ${what} of ${size} bytes; it cannot be read or edited as text.`,
  );
}
