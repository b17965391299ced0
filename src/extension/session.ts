/** Muster in one window: its runs, the selected one, the panel and the review. */
import * as vscode from 'vscode';
import type { ModelInfo, ModelProvider } from '../engine/model-port.ts';
import {
  type CheckedInstruction,
  planEditInstruction,
  taskEditInstruction,
} from '../engine/run/edit-instruction.ts';
import type { EditOfPlan } from '../engine/run/edit-plan.ts';
import type { RunDriver } from '../engine/run/run-driver.ts';
import type { RunHost } from '../node/run-host.ts';
import { createSandbox } from '../node/terminal/sandbox.ts';
import type { RunEvent } from '../shared/events.ts';
import { RunId, type TaskId } from '../shared/ids.ts';
import type { Instruction } from '../shared/instruction.ts';
import { MusterError } from '../shared/muster-error.ts';
import type { EditResult } from '../shared/plan-edit.ts';
import type { Readiness, RunSummary } from '../shared/protocol.ts';
import { canRevert, hasEnded, type RunState } from '../shared/run-state.ts';
import type { Run } from './api.ts';
import { createApiRun, type EventFeed, feedEvents } from './api-run.ts';
import { CommandTerminals } from './command-terminals.ts';
import { setContextKeys } from './context-keys.ts';
import { DiffReview } from './diff-review.ts';
import { explain } from './explain.ts';
import { showHiddenMarks } from './hidden-marks.ts';
import type { CommandName } from './ids.ts';
import { viewId } from './ids.ts';
import { openWindowHost, sharedLimits, windowProvider } from './open-window-host.ts';
import { PanelHost } from './panel-host.ts';
import { plainMessage } from './plain-message.ts';
import { checkReadiness, requireFolder, workspaceFolder } from './readiness.ts';
import { remind, reminderOf } from './remind.ts';
import { saveBefore } from './review/save-before.ts';
import { runCommand } from './run-command.ts';
import { runIntent } from './run-intent.ts';
import { type SandboxTrial, sandboxTrial } from './sandbox-trial.ts';
import { taskOf } from './task-argument.ts';
import { WatchedRuns } from './watched-runs.ts';

export function createSession(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Session {
  return new Session(context, log);
}

type CheckEdit = (
  state: RunState,
  provider: () => Promise<ModelProvider>,
) => Promise<CheckedInstruction>;

export class Session implements vscode.Disposable {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly review: DiffReview;
  readonly terminals = new CommandTerminals();
  readonly #sandbox = createSandbox();
  readonly #trial: SandboxTrial;
  readonly #shared = sharedLimits();
  readonly #closing = new AbortController();
  readonly #feeds = new Map<RunId, EventFeed>();
  readonly #executing = new WeakSet<RunDriver>();
  readonly #watched: WatchedRuns;
  /** Handed out to other extensions. */
  readonly #ofApi = new Set<RunId>();
  readonly #disposables: vscode.Disposable[] = [];
  #host: { folder: string; opening: Promise<RunHost> } | undefined;
  #panel: PanelHost | undefined;
  /** null: the composer. undefined: not chosen yet. */
  #selected: RunId | null | undefined;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.context = context;
    this.log = log;
    this.#trial = sandboxTrial(this.#sandbox, log);
    this.review = new DiffReview({
      host: () => this.host(),
      state: (id) => this.stateOf(id),
      instruct: (id, instruction) => this.instruct(id, instruction),
    });
    const refresh = () => void this.#refresh();
    this.#watched = new WatchedRuns({
      host: () => this.host(),
      provider: (host, ofRun) => this.#provider(host, ofRun),
      onEvents: (runId, events, state) => this.#onEvents(runId, events, state),
      onHolder: (runId) => void (runId === this.#selected && this.#refresh()),
      onTakenOver: (driver) => this.#execute(driver),
      onProblem: (error) => this.#panel?.problem(this.explain(error)),
    });
    this.#disposables.push(
      showHiddenMarks(),
      this.review,
      this.terminals,
      this.#watched,
      vscode.workspace.onDidChangeWorkspaceFolders(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('muster')) refresh();
      }),
      context.secrets.onDidChange(refresh),
    );
  }

  // --- what the editor calls ---------------------------------------------------------------

  async command(name: CommandName, args: readonly unknown[]): Promise<unknown> {
    try {
      return await runCommand(this, name, args);
    } catch (error) {
      void vscode.window.showErrorMessage(plainMessage(`Muster: ${this.explain(error)}`));
      return undefined;
    }
  }

  showPanel(view: vscode.WebviewView): void {
    this.#panel?.dispose();
    const panel = new PanelHost(view, this.context.extensionUri, {
      source: {
        readiness: () => this.#readiness(),
        runs: () => this.runs(),
        selected: () => this.selectedState(),
        elsewhere: () => (this.#selected ? this.#watched.elsewhere(this.#selected) : null),
        intent: (intent) => runIntent(this, intent),
      },
      onProblem: (error) => this.explain(error),
    });
    this.#panel = panel;
    view.onDidDispose(() => {
      panel.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
  }

  async startForApi(request: unknown): Promise<Run> {
    const driver = await this.start(taskOf(request) ?? '');
    return this.#apiRun(driver.state.runId);
  }

  listForApi(): Promise<RunSummary[]> {
    return this.runs();
  }

  async getForApi(id: string): Promise<Run | undefined> {
    const runId = RunId.safeParse(id);
    const known = runId.success && (await this.runs()).some((run) => run.runId === runId.data);
    return known ? this.#apiRun(runId.data) : undefined;
  }

  // --- runs --------------------------------------------------------------------------------

  /** @throws MusterError `no-folder`, `untrusted`, `unsuitable-workspace` */
  host(): Promise<RunHost> {
    const folder = requireFolder();
    if (this.#host?.folder === folder) return this.#host.opening;
    const opening = openWindowHost(folder, this.#shared, {
      onEvents: (runId, events, state) => this.#onEvents(runId, events, state),
      onText: (runId, piece) => this.#panel?.text(runId, piece),
      onOutput: (runId, piece) => this.terminals.output(runId, piece),
      sandbox: this.#sandbox,
    });
    const host = { folder, opening };
    opening.catch(() => {
      if (this.#host === host) this.#host = undefined;
    });
    this.#host = host;
    return opening;
  }

  async start(task: string): Promise<RunDriver> {
    const host = await this.host();
    const driver = await host.start(task, await this.#provider(host));
    await this.select(driver.state.runId);
    this.#execute(driver);
    return driver;
  }

  /** The run in this window, taken up where its log ends if it was not open. */
  async #open(runId: RunId): Promise<RunDriver> {
    const host = await this.host();
    const known = host.driver(runId);
    if (known) return known;
    const { provider } = await host.state(runId);
    const driver = await host.resume(runId, await this.#provider(host, provider));
    this.#execute(driver);
    return driver;
  }

  /** Tells a run what the person decided, whichever window executes it. */
  async instruct(runId: RunId, ...instructions: Instruction[]): Promise<void> {
    await saveBefore(this.review.files, runId, instructions);
    const settled = this.review.expect(runId, instructions);
    await this.#instruct(runId, instructions, 'you').finally(settled);
  }

  /** Changes the plan and team that wait for approval; nothing is recorded where something is wrong. */
  editPlan(runId: RunId, edit: EditOfPlan, by = 'you'): Promise<EditResult> {
    const { signal } = this.#closing;
    return this.#edit(runId, by, async (state, provider) =>
      planEditInstruction(state, edit, { model: await provider(), signal }),
    );
  }

  /** Changes a task that is not under way. */
  editTask(
    runId: RunId,
    { taskId, edit }: { taskId: TaskId; edit: unknown },
    by = 'you',
  ): Promise<EditResult> {
    return this.#edit(runId, by, async (state) => taskEditInstruction(state, taskId, edit));
  }

  /** The models that an edited plan or team may name. */
  async models(runId: RunId): Promise<ModelInfo[]> {
    const host = await this.host();
    const provider = await this.#provider(host, (await host.state(runId)).provider);
    return provider.listModels(this.#closing.signal);
  }

  /** Goes on with a run that was paused, was interrupted or failed. */
  async resume(runId: RunId): Promise<void> {
    const host = await this.host();
    const { status } = await host.state(runId);
    if (status === 'paused' || status === 'lapsed') return this.instruct(runId, { do: 'continue' });
    if (status === 'failed') await host.release(runId);
    await this.#open(runId);
  }

  async stateOf(runId: RunId): Promise<RunState> {
    return (await this.host()).state(runId);
  }

  async runs(): Promise<RunSummary[]> {
    if (workspaceFolder() === undefined || !vscode.workspace.isTrusted) return [];
    return (await this.host()).list();
  }

  async select(runId: RunId | null): Promise<void> {
    this.#selected = runId;
    await this.#refresh();
  }

  /** At first the newest run that waits or goes on, so that a reload shows where things stand. */
  async selectedState(): Promise<RunState | null> {
    if (this.#selected === undefined) {
      const runs = await this.runs();
      this.#selected = runs.find((run) => run.waiting || !hasEnded(run))?.runId ?? null;
    }
    const selected = this.#selected;
    this.#watched.unwatchAllBut((runId) => this.#isShown(runId));
    const state = selected === null ? null : await this.stateOf(selected);
    setContextKeys(state);
    this.review.show(state);
    if (state) await this.#watchIfElsewhere(state);
    return state;
  }

  /** @throws MusterError `wrong-decision` when no run is shown */
  async requireSelected(): Promise<RunState> {
    const state = await this.selectedState();
    if (state) return state;
    throw new MusterError(
      'wrong-decision',
      'No run is shown. Choose one in the list of runs, or start one with "Muster: Orchestrate Task".',
    );
  }

  #readiness(): Promise<Readiness> {
    const { secrets } = this.context;
    return checkReadiness(
      secrets,
      this.#trial.state(() => void this.#refresh()),
    );
  }

  // --- the panel ---------------------------------------------------------------------------

  async focusPanel(): Promise<void> {
    await vscode.commands.executeCommand(`${viewId}.focus`);
  }

  async compose(task?: string): Promise<void> {
    await this.focusPanel();
    await this.select(null);
    this.#panel?.compose(task);
  }

  get panel(): PanelHost | undefined {
    return this.#panel;
  }

  /** The message for the person; what is not expected goes to the log in full. */
  explain(error: unknown): string {
    return explain(this.log, error);
  }

  dispose(): void {
    this.#closing.abort(new Error('The window is closing'));
    for (const each of this.#disposables) each.dispose();
    this.#panel?.dispose();
    const closing = this.#host?.opening.then((host) => host.close()) ?? Promise.resolve();
    void closing.catch(() => {}).then(() => this.#sandbox.close());
  }

  #provider(host: RunHost, ofRun?: string): Promise<ModelProvider> {
    return windowProvider(this.context.secrets, host.workspace, ofRun);
  }

  /** Shows what is wrong with an edit, or has whoever executes the run carry it out. */
  async #edit(runId: RunId, by: string, check: CheckEdit): Promise<EditResult> {
    const host = await this.host();
    const state = await host.state(runId);
    const checked = await check(state, () => this.#provider(host, state.provider));
    if (!checked.ok) return checked;
    await this.#instruct(runId, [checked.instruction], by);
    return { ok: true };
  }

  async #instruct(runId: RunId, instructions: Instruction[], by: string): Promise<void> {
    const host = await this.host();
    const provider = (state: RunState) => this.#provider(host, state.provider);
    try {
      await host.instruct(runId, instructions, { by, provider });
    } finally {
      // Also when it was refused: what somebody decided before may have been taken up with it.
      const driver = host.driver(runId);
      if (driver) this.#execute(driver);
    }
  }

  /** Works on a run until it ends or rests, and lets go of it then. */
  #execute(driver: RunDriver): void {
    if (this.#executing.has(driver)) return;
    this.#executing.add(driver);
    const { runId } = driver.state;
    this.#watched.unwatch(runId);
    driver.start();
    void this.#refresh();
    const work = async () => {
      const host = await this.host();
      while (host.driver(runId) === driver) {
        await driver.idle();
        await host.rest(runId);
        if (host.driver(runId) !== driver) break;
        await new Promise<void>((resolve) => this.#feed(runId).onNext(resolve));
      }
      if (this.#isShown(runId)) await this.#watchIfElsewhere(driver.state);
    };
    work().catch((error: unknown) => this.explain(error));
  }

  /** What ended well is not gone on with anywhere; what failed may be, and what was applied reverted. */
  async #watchIfElsewhere(state: RunState): Promise<void> {
    if (hasEnded(state) && state.status !== 'failed' && !canRevert(state)) return;
    if (!(await this.host()).driver(state.runId)) this.#watched.watch(state.runId);
  }

  #isShown(runId: RunId): boolean {
    return runId === this.#selected || this.#ofApi.has(runId);
  }

  #feed(runId: RunId): EventFeed {
    const feed = this.#feeds.get(runId) ?? feedEvents();
    this.#feeds.set(runId, feed);
    return feed;
  }

  #onEvents(runId: RunId, events: readonly RunEvent[], state: RunState): void {
    for (const event of events) {
      this.log.debug(`${runId} ${event.seq} ${event.type}`);
      if (event.type === 'workflow:error') this.log.error(`${event.code}: ${event.message}`);
    }
    this.#panel?.events(runId, events);
    if (runId === this.#selected) {
      setContextKeys(state);
      this.review.show(state);
    }
    if (
      events.some(
        (event) => event.type.startsWith('workflow:') || event.type.startsWith('approval:'),
      )
    ) {
      void this.#panel?.runsChanged();
    }
    this.review.onEvents(runId, events, state);
    this.#feed(runId).push(events, state);
    this.#remind(events, state);
  }

  /** A run that begins to wait while the panel is out of sight says so. */
  #remind(events: readonly RunEvent[], state: RunState): void {
    const what = this.#panel?.visible ? undefined : reminderOf(events, state);
    if (what === undefined) return;
    void remind(what, async () => {
      await this.focusPanel();
      await this.select(state.runId);
    });
  }

  async #refresh(): Promise<void> {
    try {
      if (this.#panel) await this.#panel.refresh();
      else await this.selectedState();
    } catch (error) {
      this.#panel?.problem(this.explain(error));
    }
  }

  async #apiRun(runId: RunId): Promise<Run> {
    const host = await this.host();
    this.#ofApi.add(runId);
    let known = await host.state(runId);
    if (known.status === 'interrupted') known = (await this.#open(runId)).state;
    else await this.#watchIfElsewhere(known);
    const feed = this.#feed(runId);
    const by = 'another extension';
    return createApiRun({
      runId,
      past: await host.events(runId),
      feed,
      state: () => host.driver(runId)?.state ?? feed.state ?? known,
      instruct: (instruction) => this.#instruct(runId, [instruction], by),
      editPlan: (approvalId, edit) => this.editPlan(runId, { approvalId, edit }, by),
      editTask: (taskId, edit) => this.editTask(runId, { taskId, edit }, by),
    });
  }
}
