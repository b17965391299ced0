/** A refusal as the real service words it: status, type, message. */
const typeByStatus: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export class ServiceError extends Error {
  readonly status: number;
  readonly type: string;
  /** Seconds, for the header `retry-after`. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, more: { type?: string; retryAfter?: number } = {}) {
    super(message);
    this.status = status;
    this.type =
      more.type ?? typeByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
    this.retryAfter = more.retryAfter;
  }
}

export function refuse(message: string): never {
  throw new ServiceError(400, message);
}
