/** The command that the crash suite's agents run: it says when it begins and ends, and goes astray when its Muster dies. */
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/**
 * Arguments: id, beats, file to write. While the number in `life` stays what it was, it beats and
 * then writes the file. When it changes, whoever had started it is dead: from then on it writes into
 * the lane until it is ended (or for half a minute, so that nothing stays for ever).
 */
const program = `folder=$(dirname "$0")
if [ "$1" = --companion ]; then sleep 30; exit; fi
read -r life < "$folder/life"
echo "start $1 $life $$" >> "$folder/commands"
sh "$0" --companion "$1" > /dev/null 2>&1 &
companion=$!
beat=0
while [ $beat -lt $2 ]; do
  sleep 0.2
  beat=$((beat + 1))
  read -r now < "$folder/life"
  if [ "$now" != "$life" ]; then
    while [ $beat -lt 600 ]; do
      echo astray > astray.txt
      touch "$folder/astray-$1"
      sleep 0.05
      beat=$((beat + 1))
    done
    exit 1
  fi
done
kill $companion
mkdir -p "$(dirname "$3")"
echo "written by a command" > "$3"
echo "end $1 $life $$" >> "$folder/commands"
`;

export type CommandRun = {
  id: string;
  /** The life of the run in which it began, from 0. */
  life: number;
  ended: boolean;
  /** Milliseconds since 1970 at which it last showed that it had lost its Muster. */
  lastAstray?: number;
};

export type CrashCommands = {
  lineFor(id: string, beats: number, file: string): string;
  /** Everything that runs from now on belongs to this life. */
  setLife(life: number): Promise<void>;
  runs(): Promise<CommandRun[]>;
  /** Processes of these commands that are alive. */
  alive(): Promise<Array<{ pid: number; what: string }>>;
};

export async function makeCrashCommands(folder: string): Promise<CrashCommands> {
  const script = path.join(folder, 'command.sh');
  await writeFile(script, program);
  return {
    lineFor: (id, beats, file) => `sh ${script} ${id} ${beats} ${file}`,
    async setLife(life) {
      await writeFile(path.join(folder, 'life.next'), `${life}\n`);
      await rename(path.join(folder, 'life.next'), path.join(folder, 'life'));
    },
    runs: () => readRuns(folder),
    alive: () => processesOf(script),
  };
}

async function readRuns(folder: string): Promise<CommandRun[]> {
  const text = await readFile(path.join(folder, 'commands'), 'utf8').catch(() => '');
  const runs: CommandRun[] = [];
  for (const line of text.split('\n').filter(Boolean)) {
    const [word, id = '', life] = line.split(' ');
    if (word === 'start') runs.push({ id, life: Number(life), ended: false });
    const run = runs.findLast((each) => each.id === id);
    if (word === 'end' && run) run.ended = true;
  }
  for (const run of runs) {
    const seen = await stat(path.join(folder, `astray-${run.id}`)).catch(() => undefined);
    if (seen) run.lastAstray = seen.mtimeMs;
  }
  return runs;
}

/** By command line, which names a folder that only this run has. */
async function processesOf(script: string): Promise<Array<{ pid: number; what: string }>> {
  if (process.platform !== 'linux')
    throw new Error('The crash suite looks at /proc: it needs Linux');
  const found: Array<{ pid: number; what: string }> = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const words = line.split('\0');
    if (words.includes(script)) found.push({ pid: Number(name), what: words.join(' ').trim() });
  }
  return found;
}
