/** Says what went wrong with the model service, in words for the person and without the key. */
import { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import type { Usage } from '../../shared/usage.ts';

export type Where = { apiKey: string; host: string; model?: string };

const goOn = 'Nothing in the workspace was changed';
const setKey = `run 'Muster: Set API Key' or set ANTHROPIC_API_KEY`;

export function noKeyError(): MusterError {
  return new MusterError(
    'model-auth',
    `No API key for Anthropic is set, so nothing was sent. ${goOn}. To go on, ${setKey}, then start again.`,
  );
}

export function badKeyError(): MusterError {
  return new MusterError(
    'model-auth',
    `The API key for Anthropic holds characters that no key has, such as a space or a line break, so nothing was sent. ${goOn}. To go on, ${setKey} to the key alone.`,
  );
}

export function badAddressError(): MusterError {
  return new MusterError(
    'model-unreachable',
    `The address of the model service is not a web address, so nothing was sent. ${goOn}. Correct the setting 'muster.anthropic.baseUrl' or ANTHROPIC_BASE_URL, for example https://api.anthropic.com.`,
  );
}

export function modelError(error: unknown, where: Where, usage?: Usage): MusterError {
  if (isMusterError(error)) return error;
  const cause = new Error(redact(error instanceof Error ? error.message : String(error), where));
  const fail: Fail = (code, message, wait) =>
    new MusterError(code, redact(message, where), { cause, ...wait, ...(usage ? { usage } : {}) });
  if (error instanceof APIConnectionError) {
    return fail(
      'model-unreachable',
      `The model service at ${where.host} could not be reached. ${goOn}. Check the network, the proxy and the setting 'muster.anthropic.baseUrl', then retry.`,
    );
  }
  if (error instanceof APIError) return serviceError(error, where, fail);
  if (brokeOff(error)) {
    return fail(
      'model-unreachable',
      `The connection to the model service at ${where.host} broke off before the answer was complete. ${goOn}. Check the network and retry.`,
    );
  }
  return fail(
    'model',
    `The model service at ${where.host} sent an answer that could not be understood. ${goOn}. Retry; if it happens again, check that the address is one of an Anthropic Messages API.`,
  );
}

function serviceError(error: APIError, where: Where, fail: Fail): MusterError {
  const says = `It said: ${saying(error)}`;
  switch (kindOf(error)) {
    case 'auth':
      return fail(
        'model-auth',
        `The key was refused by the model service at ${where.host}, or may not use the model ${where.model ?? 'asked for'}. ${says} ${goOn}. To go on, ${setKey} with a key that is valid there.`,
      );
    case 'limit':
      return fail(
        'model-limit',
        `The model service at ${where.host} is at its limit or overloaded. ${says} ${goOn}. Muster waits and goes on by itself; to be at the limit less often, work with fewer agents at once ('muster.maxParallelAgents').`,
        retryAfterOf(error),
      );
    case 'refused':
      return fail(
        'model-refused',
        `The model service at ${where.host} rejected the request${where.model ? ` for the model ${where.model}` : ''}. ${says} ${goOn}. Check the settings 'muster.models.*' and 'muster.anthropic.baseUrl'; if they are right, report this message.`,
      );
    case 'failed':
      return fail(
        'model',
        `The model service at ${where.host} failed${error.status ? ` (${error.status})` : ''}. ${says} ${goOn}. Retry in a moment.`,
      );
  }
}

type Fail = (
  code: ConstructorParameters<typeof MusterError>[0],
  message: string,
  wait?: { retryAfterMs?: number },
) => MusterError;

/** The header holds seconds or a date. */
function retryAfterOf({ headers }: APIError): { retryAfterMs?: number } {
  const said = headers?.get('retry-after');
  if (!said) return {};
  const seconds = Number(said);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? { retryAfterMs: ms } : {};
}

/** By status; an error in the middle of a stream has only a type. */
function kindOf({ status, type }: APIError): 'auth' | 'limit' | 'refused' | 'failed' {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429 || status === 529) return 'limit';
  if (status !== undefined) return isRequestAtFault(status) ? 'refused' : 'failed';
  switch (type) {
    case 'authentication_error':
    case 'permission_error':
      return 'auth';
    case 'rate_limit_error':
    case 'overloaded_error':
      return 'limit';
    case 'invalid_request_error':
    case 'not_found_error':
    case 'billing_error':
      return 'refused';
    default:
      return 'failed';
  }
}

/** A time-out (408) or a conflict (409) may pass; every other 4xx comes again with the same request. */
function isRequestAtFault(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 409;
}

/** The service's own words, in one line of bounded length. */
function saying(error: APIError): string {
  const words = (error.apiMessage ?? error.message).replaceAll(/\s+/g, ' ').trim();
  const cut = words.length > 500 ? `${words.slice(0, 500)} …` : words;
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`;
}

/** The SDK's own complaint has no cause; a socket that closed is the cause of fetch's complaint. */
function brokeOff(error: unknown): boolean {
  if (!(error instanceof AnthropicError)) return false;
  return (
    error.cause === undefined || (error.cause instanceof Error && error.cause.cause !== undefined)
  );
}

/** Some services repeat the key that they refuse, and an address may hold a password. */
function redact(text: string, { apiKey }: Where): string {
  return text.replaceAll(apiKey, '[key]').replaceAll(/\/\/[^/@\s]+@/g, '//');
}
