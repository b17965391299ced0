// The demo's folder `.demo/`: a new sample workspace in it each time, and the screenshots beside it.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createSample } from '../../src/node/demo/create-sample.ts';
import { closeAtExit } from '../../test/support/workbench/cleanup.ts';
import { projectRoot } from '../setup/project-root.mjs';

export const demoFolder = join(projectRoot, '.demo');
export const sampleSource = join(projectRoot, 'media', 'sample');

export const demoSettings = { 'muster.provider': 'demo' };

const holderFile = join(demoFolder, 'running');

/** Removes what the last demo left; one demo at a time. */
export async function newDemoWorkspace(): Promise<string> {
  mkdirSync(demoFolder, { recursive: true });
  holdFolder();
  for (const name of readdirSync(demoFolder)) {
    if (name === 'workspace' || name.endsWith('.png')) {
      rmSync(join(demoFolder, name), { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return createSample(join(demoFolder, 'workspace'), sampleSource);
}

function holdFolder(): void {
  const holder = readHolder();
  if (holder !== undefined && isRunning(holder)) {
    throw new Error(
      `Another demo is running here (process ${holder}): end it, or remove ${holderFile} if it is none.`,
    );
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  const release = (): void => rmSync(holderFile, { force: true });
  closeAtExit({ close: async () => release(), closeNow: release });
}

function readHolder(): number | undefined {
  try {
    return Number.parseInt(readFileSync(holderFile, 'utf8'), 10);
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
