/** What `muster --help` prints. */

type Command = readonly [form: string, does: string];

const running: readonly Command[] = [
  ['run (--task TEXT | --task-file FILE)', 'plan a piece of work and carry it out'],
  ['resume RUN', 'go on with a run that rests, or ended in the middle'],
  ['cancel RUN', 'stop a run; nothing of it is applied'],
  ['retry RUN TASK', 'have a failed task tried again'],
  ['skip RUN TASK', 'do without a task'],
];
const deciding: readonly Command[] = [
  ['answer RUN --answers FILE', 'answer the questions before the plan'],
  ['plan RUN [--json]', 'print the plan and team that wait'],
  ['edit RUN --plan FILE', 'take them back changed'],
  ['approve RUN', 'approve them, and execute'],
  ['reject RUN [--feedback TEXT]', 'reject them, or ask for changes'],
  ['allow RUN ID [--for-run]', 'allow the command that asks, or its kind for the run'],
  ['deny RUN ID', 'refuse it, or take back what was allowed for the run'],
];
const applying: readonly Command[] = [
  ['patch RUN [--only PATH]...', 'print the changes for git apply'],
  ['apply RUN [--only PATH]...', 'accept changes and write them into the workspace'],
  ['revert RUN', 'take back what was applied'],
];
const looking: readonly Command[] = [
  ['runs [--json]', 'list the runs of the workspace'],
  ['show RUN [--json | --transcript]', 'tell one, its events or its conversations'],
  ['doctor', 'check git, search, sandbox and storage'],
];
const flags: readonly Command[] = [
  ['--workspace DIR', 'the folder to work on; the current one otherwise'],
  ['--state DIR', 'where runs are kept; a folder of the user otherwise'],
  ['--provider anthropic|demo', 'demo plays a script and needs no key'],
  ['--base-url URL', 'of the model service'],
  ['--model ID', 'instead of the models of the three tiers'],
  ['--answers FILE | --defaults', 'answers before the plan, or the proposed ones'],
  ['--approve-plan', 'approve the plan unseen'],
  ['--allow-commands none|sandboxed|all', 'allow commands without asking'],
  ['--allow-network HOST', 'open a host to commands; may be repeated'],
  ['--apply all|none', 'what becomes of the changes at the end'],
  ['--allow-protected PATH', 'a yes to one protected file; may be repeated'],
  ['--max-parallel N', 'agents at work at once'],
  ['--max-tasks N', 'tasks in the plan, at most 1000'],
  ['--max-usd X|none', 'a ceiling in dollars'],
  ['--max-tokens N|none', 'a ceiling in tokens'],
  ['--max-minutes N|none', 'a ceiling in minutes'],
  ['--timeout SECONDS', 'stop waiting after that; the run can be resumed'],
  ['--json', 'one event on each line'],
];

export const usage = `Usage: muster COMMAND [flags]

Run
${listed(running)}

Decide
${listed(deciding)}

Apply
${listed(applying)}

Look
${listed(looking)}

Flags of run, and of the commands that go on with a run
${listed(flags)}

What you decide is recorded first, and the first decision counts. Where another window or command
line executes the run, it takes the decision up; muster then follows the run until it ends or waits
for you again, and goes on with it if that process ends. Stopping muster then stops the watching only.

Exit codes: 0 done, 1 failed, 2 bad usage or bad input, 3 waiting for a decision,
4 rejected, 5 stopped by a ceiling or by --timeout, 130 cancelled.
`;

function listed(commands: readonly Command[]): string {
  return commands.map(([form, does]) => `  ${form.padEnd(37)} ${does}`).join('\n');
}
