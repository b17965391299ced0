/** Real work played again: a scripted team makes the difference of two revisions, which is reviewed, applied and compared, and then reverted. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { openStage, runUntilReview } from '../runs/scripted-run.ts';
import { teamScript } from './team-script.ts';
import {
  differences,
  filesOfFolder,
  filesOfRevision,
  type TreeFiles,
  writeFiles,
} from './tree-files.ts';

export type ReplayReport = {
  files: number;
  hunks: number;
  tasks: number;
  /** Lines that say what is not as it should be. */
  problems: string[];
  /** Paths of the repository that a run does not take in, with the reason. */
  leftOut: string[];
  seconds: number;
};

/** @param range revisions of the repository; `empty` is a tree without files */
export async function replay(
  repository: string,
  range: { from: string; to: string },
): Promise<ReplayReport> {
  const began = performance.now();
  const [from, to] = [
    await filesOfRevision(repository, range.from),
    await filesOfRevision(repository, range.to),
  ];
  const leftOut = [...new Set([...from.submodules, ...to.submodules])].map(
    (name) => `${name}: a submodule`,
  );
  const target = await mkdtemp(path.join(os.tmpdir(), 'muster-replay-'));
  const stage = await openStage({ files: {}, git: false, maxParallel: 4 });
  try {
    await writeFiles(target, to.files);
    await writeFiles(stage.workspace, from.files);
    commitAll(stage.workspace);
    const script = teamScript(from.files, to.files, target);
    const tasks = Object.keys(script.conversations).filter((id) => id.startsWith('work/')).length;
    const report = { files: 0, hunks: 0, tasks, problems: [] as string[], leftOut };
    if (tasks === 0) return { ...report, seconds: secondsSince(began) };
    const driver = await stage.host.start('Do it again.', stage.provider(script));
    const reviewed = await runUntilReview(driver);
    for (const each of reviewed.snapshot?.leftOut ?? []) {
      leftOut.push(`${each.path}: ${each.reason}`);
      withoutPath(to.files, each.path);
      withoutPath(from.files, each.path);
    }
    const changes = reviewed.changes?.files ?? [];
    report.files = changes.length;
    report.hunks = changes.reduce((sum, file) => sum + file.hunks.length, 0);
    const failed = reviewed.tasks.filter((task) => task.status !== 'done');
    report.problems.push(
      ...failed.map((task) => `Task ${task.task.id} ${task.status}: ${task.error ?? ''}`),
    );
    const ended = await acceptAndApply(driver);
    const result = await filesOfFolder(stage.workspace);
    const refused = ended.refused?.map((each) => `${each.path}: ${each.reason}`) ?? [];
    report.problems.push(...refused, ...compared('after apply', result, to.files, leftOut));
    if (ended.applied) {
      await driver.revert('replay');
      const back = await filesOfFolder(stage.workspace);
      report.problems.push(...compared('after revert', back, from.files, leftOut));
    }
    if (ended.error) report.problems.push(ended.error.message);
    return { ...report, seconds: secondsSince(began) };
  } finally {
    await stage.close();
    await rm(target, { recursive: true, force: true });
  }
}

/** Each file by itself, so that protected ones have their own yes. */
async function acceptAndApply(driver: RunDriver): Promise<RunState> {
  for (const { path: file } of driver.state.changes?.files ?? []) {
    await driver.decideChange({ path: file, decision: 'accepted', confirmed: true }, 'replay');
  }
  await driver.applyAccepted('replay');
  return driver.idle();
}

function compared(
  when: string,
  is: TreeFiles,
  should: TreeFiles,
  leftOut: readonly string[],
): string[] {
  for (const each of leftOut) withoutPath(is, each.slice(0, each.lastIndexOf(':')));
  return differences(is, should).map((line) => `${when}, ${line}`);
}

function withoutPath(files: TreeFiles, name: string): void {
  for (const each of files.keys()) {
    if (each === name || each.startsWith(`${name}/`)) files.delete(each);
  }
}

/** With what the repository's own rules ignore and it holds all the same. */
function commitAll(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  git('-c', 'init.templateDir=', 'init', '-q', '-b', 'main');
  git('-c', 'core.autocrlf=false', 'add', '-A', '-f');
  git('-c', 'core.hooksPath=/dev/null', 'commit', '-q', '--allow-empty', '-m', 'Begin');
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
