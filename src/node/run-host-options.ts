/** What a host of runs is given: the workspace, what a process shares, and who listens. */
import type { Clock, Random, Timer } from '../engine/ports.ts';
import type { ModelGate } from '../engine/run/model-gate.ts';
import type { OutputPiece, TextPiece } from '../engine/run/run-context.ts';
import type { Slots } from '../engine/schedule/slots.ts';
import type { RunEvent } from '../shared/events.ts';
import type { RunId } from '../shared/ids.ts';
import type { RunState } from '../shared/run-state.ts';
import type { Buffers, Trash } from './apply/editor-hooks.ts';
import type { UnsavedFile } from './staging/fill-index.ts';
import type { Sandbox } from './terminal/sandbox.ts';
import type { TerminalSettings } from './terminal/terminal-settings.ts';

/** Whatever the editor knows and the command line does not. */
export type Editing = {
  /** Text of editors that is not on disk yet. */
  unsaved(): Promise<UnsavedFile[]>;
  /** True while the editor holds unsaved changes that are none of `buffers`. */
  isBeingEdited(path: string): boolean;
  /** Absent where there is no editor. */
  buffers?: Buffers;
  trash?: Trash;
};

export type LaneSettings = { link: readonly string[]; setUp: string; capBytes: number };

export type RunHostOptions = {
  workspace: string;
  /** Instead of the per-user state folder. */
  stateRoot?: string;
  slots: Slots;
  gate: ModelGate;
  clock: Clock;
  timer: Timer;
  random: Random;
  /** Of the runs that are started from now on; the ceilings where there are any. */
  limits(): Omit<RunState['limits'], 'maxTasks'> & { maxTasks?: number };
  editing: Editing;
  /** `muster.lanes.*` and `muster.storage.capGb`; the usual ones unless said otherwise. */
  lanes?: () => LaneSettings;
  musterVersion: string;
  /** Where the editor is installed: its ripgrep is used. Absent on the command line. */
  editorRoot?: string;
  onEvents(runId: RunId, events: readonly RunEvent[], state: RunState): void;
  onText(runId: RunId, piece: TextPiece): void;
  /** What commands print, while they run. */
  onOutput?(runId: RunId, piece: OutputPiece): void;
  /** Without it every command asks, and runs without a sandbox. Whoever made the sandbox closes it. */
  terminal?: { settings(): TerminalSettings; sandbox: Sandbox };
  /** An apply that a process left unfinished was found and dealt with; a line for the person. */
  onRecovered(message: string): void;
};
