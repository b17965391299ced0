/** Addresses of the two sides of a reviewed file: scheme for the side, path of the file, query for the run. */
import * as vscode from 'vscode';
import { RunId } from '../shared/ids.ts';
import { schemes } from './ids.ts';

export type ReviewedUri = { side: keyof typeof schemes; runId: RunId; path: string };

export function reviewUri({ side, runId, path }: ReviewedUri): vscode.Uri {
  return vscode.Uri.from({ scheme: schemes[side], path: `/${path}`, query: runId });
}

export function parseReviewUri(uri: vscode.Uri): ReviewedUri | undefined {
  const side = uri.scheme === schemes.base ? 'base' : 'proposed';
  if (side === 'proposed' && uri.scheme !== schemes.proposed) return undefined;
  const runId = RunId.safeParse(uri.query);
  return runId.success ? { side, runId: runId.data, path: uri.path.slice(1) } : undefined;
}
