/** The command line as the contract names it, parsed; what does not fit is a usage error. */
import { parseArgs } from 'node:util';
import { MusterError } from '../shared/muster-error.ts';

/** `null` takes a ceiling away. */
export type CeilingFlags = { usd?: number | null; tokens?: number | null; minutes?: number | null };

export type RunFlags = {
  workspace: string;
  state?: string;
  provider?: string;
  baseUrl?: string;
  model?: string;
  answersFile?: string;
  defaults: boolean;
  approvePlan: boolean;
  allowCommands?: 'none' | 'sandboxed' | 'all';
  allowNetwork?: string[];
  apply?: 'all' | 'none';
  /** Protected files that `apply` may write; each is named by itself. */
  allowProtected?: string[];
  maxParallel?: number;
  maxTasks?: number;
  timeoutSeconds?: number;
  ceilings?: CeilingFlags;
  json: boolean;
  transcript: boolean;
  feedback?: string;
  /** Files or folders of the change set; the others are left out. */
  only?: string[];
  /** The yes of `allow` holds for what begins so, until the run ends or it is taken back. */
  forRun?: boolean;
};

export type Invocation =
  | { verb: 'run'; task: { text: string } | { file: string }; flags: RunFlags }
  | {
      verb: 'resume' | 'approve' | 'reject' | 'answer' | 'cancel' | 'apply' | 'revert';
      runId: string;
      flags: RunFlags;
    }
  | { verb: 'show' | 'plan' | 'patch'; runId: string; flags: RunFlags }
  | { verb: 'edit'; runId: string; planFile: string; flags: RunFlags }
  | { verb: 'allow' | 'deny'; runId: string; approvalId: string; flags: RunFlags }
  | { verb: 'retry' | 'skip'; runId: string; taskId: string; flags: RunFlags }
  | { verb: 'runs' | 'doctor' | 'help' | 'version'; flags: RunFlags };

const options = {
  task: { type: 'string' },
  'task-file': { type: 'string' },
  workspace: { type: 'string' },
  state: { type: 'string' },
  provider: { type: 'string' },
  'base-url': { type: 'string' },
  model: { type: 'string' },
  answers: { type: 'string' },
  plan: { type: 'string' },
  defaults: { type: 'boolean' },
  'approve-plan': { type: 'boolean' },
  'allow-commands': { type: 'string' },
  'allow-network': { type: 'string', multiple: true },
  apply: { type: 'string' },
  'allow-protected': { type: 'string', multiple: true },
  'max-parallel': { type: 'string' },
  'max-tasks': { type: 'string' },
  timeout: { type: 'string' },
  'max-usd': { type: 'string' },
  'max-tokens': { type: 'string' },
  'max-minutes': { type: 'string' },
  json: { type: 'boolean' },
  transcript: { type: 'boolean' },
  feedback: { type: 'string' },
  only: { type: 'string', multiple: true },
  'for-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** @throws MusterError `bad-input` that names the flag and what it takes */
export function parseArguments(args: readonly string[]): Invocation {
  const { values, positionals } = parse(args);
  const flags = flagsOf(values);
  const [verb, ...rest] = positionals;
  if (values.help || verb === 'help') return { verb: 'help', flags };
  if (values.version) return { verb: 'version', flags };
  if (verb === undefined) return { verb: 'help', flags };
  const expect = (count: number) => {
    if (rest.length !== count) {
      throw bad(
        `muster ${verb} takes ${count === 0 ? 'no argument' : count === 1 ? 'one argument' : `${count} arguments`} beside its flags, not ${rest.length}.`,
      );
    }
  };
  const [runId = '', second = ''] = rest;
  switch (verb) {
    case 'run':
      expect(0);
      return { verb, task: taskOf(values), flags };
    case 'resume':
    case 'approve':
    case 'reject':
    case 'answer':
    case 'cancel':
    case 'apply':
    case 'revert':
    case 'patch':
    case 'show':
    case 'plan':
      expect(1);
      if (flags.only && verb !== 'apply' && verb !== 'patch') {
        throw bad(`muster ${verb} takes no --only; apply and patch do.`);
      }
      return { verb, runId, flags };
    case 'edit':
      expect(1);
      if (values.plan === undefined) throw bad('muster edit needs --plan FILE.');
      return { verb, runId, planFile: values.plan, flags };
    case 'allow':
    case 'deny':
      expect(2);
      if (second === '') throw bad(`muster ${verb} needs the id of the question.`);
      if (verb === 'deny' && flags.forRun) {
        throw bad('muster deny takes no --for-run; it takes back what was allowed so.');
      }
      return { verb, runId, approvalId: second, flags };
    case 'retry':
    case 'skip':
      expect(2);
      return { verb, runId, taskId: second, flags };
    case 'runs':
    case 'doctor':
      expect(0);
      return { verb, flags };
    default:
      throw bad(`There is no command "${verb}".`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new MusterError(
      'bad-input',
      `${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function taskOf(values: Values): { text: string } | { file: string } {
  const { task, 'task-file': file } = values;
  if ((task === undefined) === (file === undefined)) {
    throw bad('Give the task by one of --task and --task-file.');
  }
  return task === undefined ? { file: file ?? '' } : { text: task };
}

function flagsOf(values: Values): RunFlags {
  const { state, provider, model, feedback, answers } = values;
  if (answers !== undefined && values.defaults)
    throw bad('--answers and --defaults exclude each other.');
  const flags: RunFlags = {
    workspace: values.workspace ?? '.',
    defaults: values.defaults ?? false,
    approvePlan: values['approve-plan'] ?? false,
    json: values.json ?? false,
    transcript: values.transcript ?? false,
  };
  if (state !== undefined) flags.state = state;
  if (provider !== undefined) flags.provider = provider;
  if (model !== undefined) flags.model = model;
  if (feedback !== undefined) flags.feedback = feedback;
  if (values.only !== undefined) flags.only = values.only;
  if (values['for-run'] !== undefined) flags.forRun = values['for-run'];
  if (answers !== undefined) flags.answersFile = answers;
  if (values['base-url'] !== undefined) flags.baseUrl = values['base-url'];
  if (values['allow-protected'] !== undefined) flags.allowProtected = values['allow-protected'];
  if (values.apply !== undefined) flags.apply = oneOf('--apply', values.apply, ['all', 'none']);
  if (values['allow-commands'] !== undefined) {
    const words = ['none', 'sandboxed', 'all'] as const;
    flags.allowCommands = oneOf('--allow-commands', values['allow-commands'], words);
  }
  if (values['allow-network'] !== undefined) {
    flags.allowNetwork = values['allow-network'].map(hostOf);
  }
  if (values['max-parallel'] !== undefined) {
    flags.maxParallel = wholeNumber('--max-parallel', values['max-parallel'], 50);
  }
  const ceilings = ceilingsOf(values);
  if (Object.keys(ceilings).length > 0) flags.ceilings = ceilings;
  if (values['max-tasks'] !== undefined) {
    flags.maxTasks = wholeNumber('--max-tasks', values['max-tasks'], 1_000);
  }
  if (values.timeout !== undefined) {
    flags.timeoutSeconds = wholeNumber('--timeout', values.timeout, 1_000_000);
  }
  return flags;
}

/** A host, or every host below it by `*.`; `loopback` is the machine's own. */
function hostOf(text: string): string {
  const host = text.trim().toLowerCase();
  const name = /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/u;
  if (host === 'loopback' || name.test(host)) return host;
  throw bad(`--allow-network takes a host such as registry.npmjs.org, not "${text}".`);
}

function ceilingsOf(values: Values): CeilingFlags {
  const flags: CeilingFlags = {};
  for (const kind of ['usd', 'tokens', 'minutes'] as const) {
    const value = values[`max-${kind}`];
    if (value !== undefined) flags[kind] = ceilingOf(kind, value);
  }
  return flags;
}

function ceilingOf(kind: keyof CeilingFlags, value: string): number | null {
  if (value === 'none') return null;
  const form = kind === 'tokens' ? /^\d{1,12}$/ : /^\d{1,9}(?:\.\d{1,6})?$/;
  const number = form.test(value) ? Number(value) : 0;
  if (number > 0) return number;
  const what = kind === 'tokens' ? 'a whole number over 0' : 'a number over 0, such as 2.50';
  throw bad(`--max-${kind} takes ${what}, or none for no ceiling, not "${value}".`);
}

function oneOf<Word extends string>(flag: string, value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw bad(`${flag} takes ${words.join(' or ')}, not "${value}".`);
  return found;
}

function wholeNumber(flag: string, value: string, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= most) return number;
  throw bad(`${flag} takes a whole number from 1 to ${most}, not "${value}".`);
}

function bad(message: string): MusterError {
  return new MusterError('bad-input', message);
}
