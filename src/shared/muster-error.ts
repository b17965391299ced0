import type { Usage } from './usage.ts';

/** The one base of expected failures: a code for programs, a message for the person. */
export type ErrorCode =
  | 'bad-input'
  | 'no-folder'
  | 'untrusted'
  | 'unsuitable-workspace'
  | 'git-missing'
  | 'storage'
  | 'in-use'
  | 'staging'
  | 'path-refused'
  | 'not-found'
  | 'not-a-file'
  | 'no-search'
  | 'apply-failed'
  | 'model'
  | 'model-auth'
  | 'model-unreachable'
  | 'model-refused'
  | 'model-limit'
  | 'wrong-decision'
  | 'protected'
  | 'budget'
  | 'too-many-runs'
  | 'internal';

export class MusterError extends Error {
  readonly code: ErrorCode;
  /** What happened, what it means for the person's work, what to do next. Holds no secret. */
  readonly userMessage: string;
  /** `model-limit`: milliseconds that the service asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** Of a request to a model that failed and was billed all the same. */
  readonly usage: Usage | undefined;

  constructor(
    code: ErrorCode,
    userMessage: string,
    options?: { cause?: unknown; retryAfterMs?: number; usage?: Usage },
  ) {
    super(userMessage, options);
    this.retryAfterMs = options?.retryAfterMs;
    this.usage = options?.usage;
    this.name = 'MusterError';
    this.code = code;
    this.userMessage = userMessage;
  }
}

export function isMusterError(error: unknown): error is MusterError {
  return error instanceof MusterError;
}
