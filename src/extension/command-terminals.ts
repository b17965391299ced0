/** A read-only terminal for each agent, with the commands that it runs as they run; opened when the person asks for it. */
import * as vscode from 'vscode';
import type { OutputPiece } from '../engine/run/run-context.ts';
import { createPlainOutput } from '../engine/terminal/plain-output.ts';
import type { RunId } from '../shared/ids.ts';

const keptCharacters = 200_000;

type Log = {
  text: string;
  /** Set while the terminal is open. */
  write: vscode.EventEmitter<string>;
  terminal?: vscode.Terminal;
  /** Of each command under way: agents may run several. */
  running: Map<string, (piece: string) => string>;
};

export class CommandTerminals implements vscode.Disposable {
  readonly #logs = new Map<string, Log>();
  readonly #closed: vscode.Disposable;

  constructor() {
    this.#closed = vscode.window.onDidCloseTerminal((terminal) => {
      for (const log of this.#logs.values()) {
        if (log.terminal === terminal) delete log.terminal;
      }
    });
  }

  output(runId: RunId, piece: OutputPiece): void {
    const log = this.#log(runId, piece.agent);
    switch (piece.kind) {
      case 'start': {
        log.running.set(piece.callId, createPlainOutput());
        this.#add(log, `\r\n\u001b[1m$ ${oneLine(piece.line)}\u001b[0m\r\n`);
        return;
      }
      case 'output':
        this.#add(log, log.running.get(piece.callId)?.(piece.text) ?? '');
        return;
      case 'end':
        log.running.delete(piece.callId);
        this.#add(log, `\u001b[0m\r\n[${endWords(piece)}]\r\n`);
        return;
    }
  }

  /** Takes the focus, for the person asked for it. */
  show(runId: RunId, agent: string): void {
    const log = this.#log(runId, agent);
    log.terminal ??= vscode.window.createTerminal({
      name: `Muster: ${oneLine(agent)}`,
      iconPath: new vscode.ThemeIcon('terminal'),
      pty: {
        onDidWrite: log.write.event,
        open: () =>
          log.write.fire(
            log.text === ''
              ? 'No command has run yet. This terminal only shows; what you type goes nowhere.\r\n'
              : log.text,
          ),
        close: () => {},
      },
    });
    log.terminal.show();
  }

  /** What has been shown so far; for tests. */
  shown(runId: RunId, agent: string): string {
    return this.#logs.get(keyOf(runId, agent))?.text ?? '';
  }

  dispose(): void {
    this.#closed.dispose();
    for (const { terminal, write } of this.#logs.values()) {
      terminal?.dispose();
      write.dispose();
    }
  }

  #log(runId: RunId, agent: string): Log {
    const key = keyOf(runId, agent);
    const log = this.#logs.get(key) ?? {
      text: '',
      write: new vscode.EventEmitter<string>(),
      running: new Map(),
    };
    this.#logs.set(key, log);
    return log;
  }

  #add(log: Log, text: string): void {
    log.text += text;
    if (log.text.length > keptCharacters) {
      const kept = log.text.slice(-keptCharacters / 2);
      log.text = `[earlier output was dropped]\r\n${kept.slice(kept.indexOf('\n') + 1)}`;
    }
    if (log.terminal) log.write.fire(text);
  }
}

function keyOf(runId: RunId, agent: string): string {
  return `${runId} ${agent}`;
}

/** A command or a name as text that stays on its line. */
function oneLine(text: string): string {
  const plain = createPlainOutput()(text.replaceAll('\u001b', '\\e'));
  return plain.replaceAll('\r\n', ' \u23ce ').replaceAll('\r', ' ');
}

function endWords(piece: Extract<OutputPiece, { kind: 'end' }>): string {
  const seconds = `${(piece.ms / 1000).toFixed(1)} s`;
  switch (piece.ended) {
    case 'exit':
      return piece.exitCode === null
        ? `ended by a signal, ${seconds}`
        : `exit code ${piece.exitCode}, ${seconds}`;
    case 'timeout':
      return `ended at its time limit, ${seconds}`;
    case 'cancelled':
      return `cancelled, ${seconds}`;
    case 'not-started':
      return 'could not be started';
  }
}
