/** One run of the crash suite, life after life, and what can be seen of it afterwards. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { findStateFolder } from '../../../src/node/state-folder.ts';
import { parseEvent, type RunEvent } from '../../../src/shared/events.ts';
import { contentsOf } from '../folder-contents.ts';
import type { RecordedRequest } from '../model-server/request-log.ts';
import { waitUntil } from '../workbench/wait-until.ts';
import type { CommandRun } from './crash-command.ts';
import {
  type CrashStage,
  type CrashStageOptions,
  type Kill,
  openCrashStage,
} from './crash-stage.ts';

/** A request, and the life of the run in which it was sent. */
export type SentRequest = RecordedRequest & { life: number };

type EndOfLife = { kill?: Kill; killed: boolean; code: number | null; stderr: string };

export type CrashOutcome = {
  lives: EndOfLife[];
  events: RunEvent[];
  requests: SentRequest[];
  commands: CommandRun[];
  /** Processes of commands that outlived the last life. */
  leftOver: Array<{ pid: number; what: string }>;
  /** What `muster show` says. */
  shown: string;
  /** What git has against the shadow repository; empty when it is whole. */
  fsck: string;
  /** The tree of the change set's head. */
  tree: string;
  workspace: Record<string, string>;
};

const flags = '--json --defaults --approve-plan --allow-commands all --apply all --max-parallel 12';

export async function crashRun(
  options: CrashStageOptions & { kills: readonly Kill[] },
  signal: AbortSignal,
): Promise<CrashOutcome> {
  const stage = await openCrashStage(options);
  try {
    const played = await play(stage, options.kills, signal);
    return await lookAt(stage, played, signal);
  } finally {
    await stage.close();
  }
}

type Played = { runId: string; lives: EndOfLife[]; sentBefore: number[] };

async function play(
  { muster, server, commands }: CrashStage,
  kills: readonly Kill[],
  signal: AbortSignal,
): Promise<Played> {
  const lives: EndOfLife[] = [];
  const sentBefore: number[] = [];
  let runId: string | undefined;
  for (const kill of [...kills, undefined]) {
    await commands.setLife(lives.length);
    sentBefore.push(server.requests.length);
    const verb = runId === undefined ? ['run', '--task', 'Do it all'] : ['resume', runId];
    const life = await muster([...verb, ...flags.split(' ')], kill, signal);
    signal.throwIfAborted();
    runId ??= /"runId":"([^"]+)"/.exec(life.stdout)?.[1];
    if (runId === undefined) throw new Error(`No run was begun: ${life.stderr}`);
    const { code, stderr, killed } = life;
    lives.push({ ...(kill ? { kill } : {}), code, stderr, killed });
    await commands.setLife(lives.length);
    if (!killed) break;
    await hungUp(server);
  }
  return { runId: runId ?? '', lives, sentBefore };
}

/** The server has seen that the dead process is gone. */
async function hungUp(server: CrashStage['server']): Promise<void> {
  await waitUntil(() => server.counts.inFlight === 0, {
    what: 'the model server to give up the process that was killed',
    timeoutMs: 5_000,
    intervalMs: 20,
  });
}

async function lookAt(
  stage: CrashStage,
  { runId, lives, sentBefore }: Played,
  signal: AbortSignal,
): Promise<CrashOutcome> {
  const log = await stage.muster(['show', runId, '--json'], undefined, signal);
  const show = await stage.muster(['show', runId], undefined, signal);
  const events = readEvents(log.stdout);
  const requests = stage.server.requests.map((request, index) => {
    const life = sentBefore.findLastIndex((count) => count <= index);
    return { ...request, life };
  });
  return {
    lives,
    events,
    requests,
    commands: await stage.commands.runs(),
    leftOver: await stage.commands.alive(),
    shown: show.stdout,
    ...(await headOf(stage, events)),
    workspace: await contentsOf(stage.workspace),
  };
}

function readEvents(lines: string): RunEvent[] {
  return lines
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const parsed = parseEvent(JSON.parse(line));
      return parsed.known ? [parsed.event] : [];
    });
}

async function headOf(
  { workspace, state }: CrashStage,
  events: readonly RunEvent[],
): Promise<{ tree: string; fsck: string }> {
  const place = await findStateFolder({ workspace, state });
  const gitDir = path.join(place.folder, 'shadow.git');
  const head = events.findLast((event) => event.type === 'change:ready')?.head;
  if (head === undefined) return { tree: '', fsck: '' };
  const git = async (...args: string[]) => {
    try {
      return (await promisify(execFile)('git', [`--git-dir=${gitDir}`, ...args])).stdout.trim();
    } catch (error) {
      return `git ${args[0]} failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return {
    tree: await git('rev-parse', `${head}^{tree}`),
    fsck: await git('fsck', '--full', '--strict', '--no-dangling', '--no-progress', head),
  };
}
