/** Turns the difference of two trees into the edits of a scripted team. */
import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import { call, finish, scriptOf } from '../runs/script-parts.ts';
import type { ScriptInput } from '../runs/scripted-run.ts';
import { isSameFile, type TreeFile, type TreeFiles } from './tree-files.ts';

type Steps = ScriptInput['conversations'][string];

const members = 4;
/** What a conversation may take in turns is bounded; a turn may hold many calls. */
const callsInStep = 20;
const maxTextBytes = 256 * 1024;

/** @param target a folder with the files of the later tree, from which is copied what is no text */
export function teamScript(from: TreeFiles, to: TreeFiles, target: string): ScriptInput {
  const tasks = Array.from({ length: members }, (_, index) => `part-${index + 1}`);
  const calls = new Map<string, Steps>(tasks.map((id) => [id, []]));
  const changed = [...new Set([...from.keys(), ...to.keys()])].filter(
    (name) => !isSameFile(from.get(name), to.get(name)),
  );
  // What goes may stand in the way of what comes.
  const order = changed.toSorted((left, right) => Number(to.has(left)) - Number(to.has(right)));
  for (const name of order) {
    const task = tasks[partOf(name)] ?? '';
    calls.get(task)?.push(...changeCalls(name, { from, to, target }));
  }
  const busy = tasks.filter((id) => (calls.get(id)?.length ?? 0) > 0);
  const works = busy.map((id) => [`work/${id}`, [...inSteps(calls.get(id) ?? []), ...finish]]);
  return scriptOf(
    busy.map((id) => ({ id })),
    Object.fromEntries(works),
  );
}

/** All of a top folder falls to one, so that a file which becomes a folder is nobody else's matter. */
function partOf(name: string): number {
  const [top = ''] = name.split('/');
  return [...top].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % members;
}

function changeCalls(
  name: string,
  { from, to, target }: { from: TreeFiles; to: TreeFiles; target: string },
): Steps {
  const [was, will] = [from.get(name), to.get(name)];
  if (!will) return call('delete_file', { path: name });
  const wasFolder = [...from.keys()].some((each) => each.startsWith(`${name}/`));
  if (will.mode === '100644' && isText(will) && !wasFolder) {
    const content = will.bytes.toString();
    const create = call('create_file', { path: name, content });
    if (!was) return create;
    if (was.mode === '100644' && was.bytes.length === 0) {
      return [...call('delete_file', { path: name }), ...create];
    }
    if (was.mode === '100644' && isText(was) && isPlain(was) && isPlain(will)) {
      return call('edit_file', { path: name, old_str: was.bytes.toString(), new_str: content });
    }
  }
  const [file, source] = [quoted(name), quoted(path.join(target, name))];
  const steps = [
    ...(wasFolder ? [`find ${file} -depth -type d -empty -delete`] : []),
    `mkdir -p -- ${quoted(path.dirname(name))}`,
    `cp -P --preserve=mode --remove-destination -- ${source} ${file}`,
  ];
  return call('run_command', { command: steps.join(' && ') });
}

function isText({ bytes }: TreeFile): boolean {
  return bytes.length <= maxTextBytes && isUtf8(bytes) && !bytes.includes(0);
}

/** An edit keeps a file's own ends of line and byte order mark; these have none to keep. */
function isPlain({ bytes }: TreeFile): boolean {
  return !bytes.includes(0x0d) && bytes[0] !== 0xef;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function inSteps(steps: Steps): Steps {
  const all = steps.flatMap((step) => step.calls ?? []);
  const grouped: Steps = [];
  for (let at = 0; at < all.length; at += callsInStep) {
    grouped.push({ calls: all.slice(at, at + callsInStep) });
  }
  return grouped;
}
