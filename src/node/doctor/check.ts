/** One thing that `muster doctor` looks at. */

export type CheckResult = {
  /** `limited`: Muster works, with less. */
  state: 'works' | 'limited' | 'missing';
  /** What was found, and what to do about it; a sentence each. */
  lines: string[];
};

export type Check = {
  title: string;
  run(signal: AbortSignal): Promise<CheckResult>;
};
