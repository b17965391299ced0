/** Runs the host suite: a sample workspace, the loopback model server, the real extension host. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createSample } from '../../src/node/demo/create-sample.ts';
import { demoScript } from '../../src/node/demo/demo-script.ts';
import { startModelServer } from '../support/model-server/start-model-server.ts';
import { runHostTests } from '../support/workbench/host-tests.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-host-'));
const server = await startModelServer(demoScript, { pace: 0 });
try {
  const workspace = await createSample(
    path.join(folder, 'sample'),
    path.join(root, 'media/sample'),
  );
  const { exitCode, passed, failed } = await runHostTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'test/host/suite.ts'),
    workspace,
    settings: {
      'git.enabled': false,
      // The workbench in a browser saves by itself after a second.
      'files.autoSave': 'off',
      'muster.provider': 'anthropic',
      'muster.anthropic.baseUrl': server.url,
    },
    env: { ANTHROPIC_API_KEY: server.apiKey },
    timeoutMs: 240_000,
  });
  const counts = { passed, failed, skipped: 0 };
  const file = process.env.MUSTER_TEST_COUNTS;
  if (file) await writeFile(file, JSON.stringify(counts));
  process.exitCode = exitCode;
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
