/** Lists of names as git reads and writes them with `-z`. */
import { isUtf8 } from 'node:buffer';

/** Names are bytes on disk; only those that are UTF-8 survive as text. */
export function splitNames(bytes: Buffer): { names: string[]; undecodable: string[] } {
  const names: string[] = [];
  const undecodable: string[] = [];
  for (const raw of splitBytes(bytes)) {
    if (isUtf8(raw)) names.push(raw.toString('utf8'));
    else undecodable.push(raw.toString('utf8'));
  }
  return { names, undecodable };
}

export function splitBytes(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0, start);
    parts.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    if (end === -1) break;
    start = end + 1;
  }
  return parts;
}

export function joinNames(names: Iterable<string>): Buffer {
  let text = '';
  for (const name of names) text += `${name}\0`;
  return Buffer.from(text, 'utf8');
}
