// Reports the steps of the played demo, a line each, and counts them.

export interface StepReport {
  /** Prints `ok NAME`, or `failed NAME: WHY` and throws `StepFailed`. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  fail(name: string, error: unknown): void;
  passed(): boolean;
  summary(): string;
}

export class StepFailed extends Error {}

export function stepReport(log: (line: string) => void = console.log): StepReport {
  const counts = { passed: 0, failed: 0 };
  const fail = (name: string, error: unknown): void => {
    counts.failed += 1;
    log(`failed ${name}: ${error instanceof Error ? error.message : error}`);
  };
  return {
    async step(name, work) {
      try {
        const value = await work();
        counts.passed += 1;
        log(`ok ${name}`);
        return value;
      } catch (error) {
        fail(name, error);
        throw new StepFailed(name, { cause: error });
      }
    },
    fail,
    passed: () => counts.failed === 0 && counts.passed > 0,
    summary: () =>
      `demo: ${counts.passed + counts.failed} steps, ${counts.passed} passed, ${counts.failed} failed`,
  };
}
