// Runs mocha inside the extension host and reports each test on a marked line of the console.

import Mocha from 'mocha';

/** Opens a line that `suite-report.ts` reads; the rest of it is one event as JSON. */
export const reportMark = '[muster-host-test]';

export type HostTestEvent =
  | { readonly type: 'pass'; readonly title: string; readonly ms: number }
  | { readonly type: 'fail'; readonly title: string; readonly error: string }
  | { readonly type: 'skip'; readonly title: string }
  | { readonly type: 'end' };

/** `files` are absolute paths of test files, in TypeScript or JavaScript. */
export async function runHostSuite(files: readonly string[], timeoutMs = 20_000): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: timeoutMs, reporter: ConsoleReporter });
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  if (mocha.suite.total() === 0) throw new Error('No test was found in the suite.');
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host.`);
}

class ConsoleReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner) {
    super(runner);
    const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
      Mocha.Runner.constants;
    runner.on(EVENT_TEST_PASS, (test) => {
      print({ type: 'pass', title: test.fullTitle(), ms: test.duration ?? 0 });
    });
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      print({ type: 'fail', title: test.fullTitle(), error: error.stack ?? error.message });
    });
    runner.on(EVENT_TEST_PENDING, (test) => print({ type: 'skip', title: test.fullTitle() }));
    runner.on(EVENT_RUN_END, () => print({ type: 'end' }));
  }
}

function print(event: HostTestEvent): void {
  console.log(`${reportMark}${JSON.stringify(event)}`);
}
