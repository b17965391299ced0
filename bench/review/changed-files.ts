/** What is measured: one large file with many hunks, and many files with a few. */
import type { FileSide } from '../../src/engine/apply-port.ts';

export type Changed = { path: string; before: FileSide; after: FileSide };

/** Every so many lines one is replaced; there are lines that repeat, as in any source. */
export function largeFile(lines: number, hunks: number): Changed[] {
  const text = Array.from({ length: lines }, (_, line) => lineOf(line));
  const every = Math.floor(lines / hunks);
  const changed = text.map((line, index) => (index % every === 1 ? `changed ${index}` : line));
  return [{ path: 'large.ts', before: sideOf(text), after: sideOf(changed) }];
}

/** About 4 KB each, four hunks. */
export function manyFiles(count: number): Changed[] {
  return Array.from({ length: count }, (_, file) => {
    const text = Array.from({ length: 120 }, (_, line) => `${lineOf(line)} // ${file}`);
    const changed = text.map((line, index) => (index % 30 === 3 ? `changed ${index}` : line));
    const path = `src/part-${file % 12}/file-${file}.ts`;
    return { path, before: sideOf(text), after: sideOf(changed) };
  });
}

function lineOf(line: number): string {
  if (line % 9 === 0) return '';
  return line % 7 === 0 ? '  }' : `  const value${line} = compute(${line * 31});`;
}

function sideOf(lines: readonly string[]): FileSide {
  return { bytes: Buffer.from(`${lines.join('\n')}\n`), mode: '100644' };
}
