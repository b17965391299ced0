/** For each test a workspace with one file, and a run in it that goes on until a person is needed. */
import { afterEach, beforeEach } from 'mocha';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { openStage, runUntilReview, type ScriptInput, type Stage } from './scripted-run.ts';

export type StagedRun = {
  stage: Stage;
  /** Of the run that was begun last. */
  driver: RunDriver;
  /** Not started yet. */
  begin(script: ScriptInput): Promise<RunDriver>;
  run(script: ScriptInput): Promise<RunState>;
};

/** To be called in a `describe`; what it has is there while a test runs. */
export function stagedRuns(): StagedRun {
  let stage: Stage | undefined;
  let driver: RunDriver | undefined;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
    driver = undefined;
  });
  afterEach(() => stage?.close());
  const there = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error('No test runs, or it has begun no run');
    return part;
  };
  const begin = async (script: ScriptInput): Promise<RunDriver> => {
    driver = await there(stage).host.start('Do it', there(stage).provider(script));
    return driver;
  };
  return {
    begin,
    get stage() {
      return there(stage);
    },
    get driver() {
      return there(driver);
    },
    run: async (script) => runUntilReview(await begin(script)),
  };
}
