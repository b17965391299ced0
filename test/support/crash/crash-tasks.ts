/** The tasks of the crash suite's run, 34 in the whole suite: their edits commute, so that any order of merges gives one tree. */
import type { Step } from '../../../src/node/models/script.ts';

export type CrashAgent = 'Ada' | 'Bob' | 'Cleo';

export type CrashTask = {
  id: string;
  agent: CrashAgent;
  after: string[];
  priority: number;
  readOnly: boolean;
  /** One for each turn of the agent, through retries and a conflict. `{run}` stands in command lines. */
  steps: Step[];
  /** Who does not accept the first round. */
  rejectedBy: ReadonlyArray<'review-code' | 'validate-work'>;
  /** The reviewer reads a file before it judges. */
  reviewerLooks: boolean;
};

/** Names a command line's own number of the run: where it was interrupted it is given again, as another. */
export const runNumber = '{run}';

const finish = call('finish_task', { summary: 'Done.' });
const lists = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'];

/** Far enough apart that git merges neighbours. */
const registry = Array.from({ length: 40 }, (_, index) => {
  const filler = Array.from({ length: 9 }, (__, line) => `  note ${index + 1}.${line + 1}`);
  return [`entry ${twoDigits(index + 1)}: open`, ...filler].join('\n');
}).join('\n');

/** What is moved has line ends and letters that a careless copy would change. */
const movedText = (id: string) => `Zeile ${id}: Größe\r\nsecond line\n\ttab and blank \n`;

export const workspaceFiles: Record<string, string> = {
  'registry.txt': `${registry}\n`,
  'clash.txt': 'above\nvalues: none\nbelow\n',
  'index.md': '# Index\n\nfirst: open\n\n\n\n\n\n\n\nsecond: open\n',
  '.gitignore': '*.log\n',
  ...Object.fromEntries(lists.slice(0, 4).map((id) => [`old/${id}.txt`, movedText(id)])),
  ...Object.fromEntries(lists.slice(0, 3).map((id) => [`drop/${id}.txt`, `Drop ${id}.\n`])),
};

/** `sample`: one or two of each kind. */
export type CrashSize = 'whole' | 'sample';

/** @param commandLine the line that runs a command of this id, for so long, and writes the file */
export function crashTasks(
  size: CrashSize,
  commandLine: (id: string, beats: number, file: string) => string,
): CrashTask[] {
  const all = allTasks(commandLine);
  return size === 'whole' ? all : all.filter((task) => sample.has(task.id));
}

/** With every task also those that it waits for. */
const sample = new Set([
  ...['clash-a', 'clash-b', 'edit-01', 'edit-02', 'edit-05', 'run-01', 'run-03'],
  ...['move-01', 'drop-01', 'look-01', 'redo-01'],
]);

/** What the final check has mended: a task that the plan does not have. */
export const repairTask: CrashTask = task('final-repair', {
  steps: [edit('registry.txt', 'entry 39: open', 'entry 39: mended'), finish],
});

function allTasks(commandLine: (id: string, beats: number, file: string) => string): CrashTask[] {
  const command = (task: string, position: number, file: string): Step =>
    call('run_command', { command: commandLine(`${task}.${position}.${runNumber}`, 4, file) });
  return [
    ...['a', 'b'].map(clashes),
    ...lists.map((id, index) => edits(id, index)),
    ...lists.slice(0, 6).map((id, index) => runs(id, index, command)),
    ...lists.slice(0, 4).map((id, index) => moves(id, index)),
    ...lists.slice(0, 3).map((id, index) => drops(id, index)),
    ...lists.slice(0, 4).map((id, index) => looks(id, index)),
    ...lists.slice(0, 3).map((id, index) => redoes(id, index)),
    joins('01', 'first', ['edit-01', 'edit-02', 'run-01', 'look-01']),
    joins('02', 'second', ['move-01', 'drop-01', 'redo-01', 'clash-a', 'clash-b']),
  ];
}

/** Both start from the snapshot and change one line: the second to be merged has a conflict. */
function clashes(letter: string): CrashTask {
  return task(`clash-${letter}`, {
    priority: 10,
    steps: [
      edit('clash.txt', 'values: none', `values: ${letter}`),
      finish,
      call('read_file', { path: 'clash.txt' }),
      call('delete_file', { path: 'clash.txt' }),
      create('clash.txt', 'above\nvalues: a b\nbelow\n'),
      finish,
    ],
  });
}

function edits(id: string, index: number): CrashTask {
  const before = lists[index - 5];
  const change = edit('registry.txt', `entry ${id}: open`, `entry ${id}: edited`);
  const note = create(`notes/${id}.txt`, `Note ${id}.\n`);
  const steps = index % 2 === 0 ? [change, finish] : [change, note, finish];
  // A passing fault, a connection cut in mid-stream, and an input that does not fit.
  if (id === '02') change.fault = { status: 500, message: 'Passing fault.', times: 1 };
  if (id === '04') steps[1] = { ...create('notes/04.txt', 'Note 04.\n'), fault: cutOnce };
  if (id === '05') steps.unshift(call('edit_file', { path: 'registry.txt' }));
  return task(`edit-${id}`, {
    after: before === undefined ? [] : [`edit-${before}`],
    priority: 7,
    reviewerLooks: index % 5 === 0,
    steps,
  });
}

const cutOnce = { cut: true, times: 1 } as const;

function runs(
  id: string,
  index: number,
  command: (task: string, position: number, file: string) => Step,
): CrashTask {
  const name = `run-${id}`;
  const begin = create(`in/${id}.txt`, `Input ${id}.\n`);
  const first = command(name, 1, `generated/${id}.txt`);
  const together = { calls: [...(begin.calls ?? []), ...(first.calls ?? [])] };
  const entry = twoDigits(20 + index);
  return task(name, {
    agent: 'Bob',
    after: index < 4 ? [] : [`edit-${lists[index - 4]}`],
    priority: 9,
    steps: [
      ...(index % 3 === 2 ? [together] : [begin, first]),
      edit('registry.txt', `entry ${entry}: open`, `entry ${entry}: run`),
      ...(index % 2 === 0 ? [command(name, 2, `generated/${id}-again.txt`)] : []),
      finish,
    ],
  });
}

function moves(id: string, index: number): CrashTask {
  return task(`move-${id}`, {
    after: index < 2 ? [] : [`move-${lists[index - 2]}`],
    priority: 6,
    steps: [
      call('read_file', { path: `old/${id}.txt` }),
      create(`new/${id}.txt`, movedText(id)),
      call('delete_file', { path: `old/${id}.txt` }),
      finish,
    ],
  });
}

function drops(id: string, index: number): CrashTask {
  return task(`drop-${id}`, {
    after: index < 2 ? [] : ['drop-01'],
    priority: 5,
    steps: [call('delete_file', { path: `drop/${id}.txt` }), finish],
  });
}

function looks(id: string, index: number): CrashTask {
  return task(`look-${id}`, {
    agent: 'Cleo',
    after: index < 3 ? [] : ['join-01'],
    priority: 8,
    readOnly: true,
    steps: [
      call('list_files', {}),
      call('search_files', { pattern: `entry ${id}` }),
      ...(index === 1 ? [{ text: 'All is as it should be.' }] : []),
      finish,
    ],
  });
}

function redoes(id: string, index: number): CrashTask {
  const rejecting = [['review-code'], ['validate-work'], ['review-code', 'validate-work']] as const;
  return task(`redo-${id}`, {
    after: index < 2 ? [] : ['redo-01'],
    priority: 6,
    rejectedBy: rejecting[index] ?? [],
    steps: [
      create(`redo/${id}.txt`, 'wrong\n'),
      finish,
      edit(`redo/${id}.txt`, 'wrong', 'right'),
      finish,
    ],
  });
}

function joins(id: string, word: string, after: string[]): CrashTask {
  return task(`join-${id}`, {
    after,
    priority: 4,
    steps: [
      call('read_file', { path: 'index.md' }),
      edit('index.md', `${word}: open`, `${word}: ${after.join(', ')}`),
      finish,
    ],
  });
}

function task(id: string, given: Partial<CrashTask> & Pick<CrashTask, 'steps'>): CrashTask {
  return {
    id,
    agent: 'Ada',
    after: [],
    priority: 5,
    readOnly: false,
    rejectedBy: [],
    reviewerLooks: false,
    ...given,
  };
}

function edit(path: string, before: string, after: string): Step {
  return call('edit_file', { path, old_str: before, new_str: after });
}

function create(path: string, content: string): Step {
  return call('create_file', { path, content });
}

function call(name: string, input: Record<string, string>): Step {
  return { calls: [{ name, input }] };
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
