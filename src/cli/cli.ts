/** The command `muster`: the same engine as in the editor, without one. */
import process from 'node:process';
import { musterVersion } from '../node/muster-version.ts';
import { isMusterError } from '../shared/muster-error.ts';
import { type Invocation, parseArguments } from './arguments.ts';
import { doctor } from './doctor.ts';
import { printPlan } from './edit-verbs.ts';
import { exitCodes } from './exit-codes.ts';
import { printPatch } from './print-patch.ts';
import { createPrinter } from './printer.ts';
import { usage } from './usage.ts';
import { executeRun, listAll, showRun } from './verbs.ts';

async function main(args: readonly string[]): Promise<number> {
  const invocation = parseArguments(args);
  const printer = createPrinter({ json: invocation.flags.json });
  return await dispatch(invocation, printer);
}

function dispatch(invocation: Invocation, printer: ReturnType<typeof createPrinter>) {
  switch (invocation.verb) {
    case 'help':
      process.stdout.write(usage);
      return Promise.resolve(exitCodes.done);
    case 'version':
      process.stdout.write(`${musterVersion}\n`);
      return Promise.resolve(exitCodes.done);
    case 'runs':
      return listAll(invocation.flags, printer);
    case 'doctor':
      return doctor(invocation.flags, printer);
    case 'show':
      return showRun(invocation.runId, invocation.flags, printer);
    case 'patch':
      return printPatch(invocation.runId, invocation.flags, printer);
    case 'plan':
      return printPlan(invocation.runId, invocation.flags, printer);
    case 'run':
    case 'resume':
    case 'approve':
    case 'reject':
    case 'edit':
    case 'answer':
    case 'allow':
    case 'deny':
    case 'retry':
    case 'skip':
    case 'cancel':
    case 'apply':
    case 'revert':
      return executeRun(invocation, printer);
  }
}

// A reader that went away, as `| head` does, must not end a run in the middle of its work.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (isMusterError(error)) {
      process.stderr.write(`${error.userMessage}\n`);
      const inputIsWrong = [
        'bad-input',
        'no-folder',
        'unsuitable-workspace',
        'not-found',
        'wrong-decision',
      ];
      process.exitCode = inputIsWrong.includes(error.code) ? exitCodes.badInput : exitCodes.failed;
      if (error.code === 'bad-input')
        process.stderr.write('muster --help lists all commands and flags.\n');
      return;
    }
    process.stderr.write(
      `Muster made a mistake: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = exitCodes.failed;
  },
);
