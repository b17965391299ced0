/** A workspace and changes of 50 files in it: every kind of step, and files that moved on. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileWrite } from '../../../src/engine/apply-port.ts';
import { makeSample, sampleChanges, write } from '../../unit/node/apply/sample-changes.ts';

const plainFiles = 38;

/** 50, of which one in four is merged with what the person did. */
export async function makeWorkspace(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  await makeSample(root);
  for (let index = 0; index < plainFiles; index += 1) {
    const file = path.join(root, nameOf(index));
    await mkdir(path.dirname(file), { recursive: true });
    if (index % 7 === 3) continue;
    await writeFile(file, movedOn(index) ? text(index, 'mine') : text(index));
    if (index % 5 === 1) await chmod(file, 0o750);
  }
  await symlink('untouched', path.join(root, 'stays'));
}

export const fiftyChanges: FileWrite[] = [
  ...sampleChanges,
  ...Array.from({ length: plainFiles }, (_, index) => changeOf(index)),
];

function changeOf(index: number): FileWrite {
  const name = nameOf(index);
  if (isRenamed(index)) {
    const renamed = write(`moved/${name}`, text(index), text(index, 'top', 'team'));
    return { ...renamed, renamedFrom: name };
  }
  if (index % 7 === 3) return write(name, undefined, text(index, 'top', 'new'));
  if (index % 7 === 5 && !movedOn(index)) return write(name, text(index));
  return {
    path: name,
    before: Buffer.from(text(index)),
    after: Buffer.from(text(index, 'top', 'team')),
  };
}

function nameOf(index: number): string {
  return `d${index % 6}/${index % 3 === 0 ? 'deep/er/' : ''}file ${index}.txt`;
}

/** One of them was changed under its old name. */
function isRenamed(index: number): boolean {
  return index % 13 === 7 || index === 22;
}

function movedOn(index: number): boolean {
  return index % 4 === 2 && index % 7 !== 3;
}

function text(index: number, first = 'top', last = 'end'): string {
  const eol = index % 2 === 0 ? '\n' : '\r\n';
  const middle = Array.from({ length: 4 + index * 3 }, (_, line) => `line ${line}`);
  return [first, ...middle, last].join(eol) + (index % 3 === 1 ? '' : eol);
}
