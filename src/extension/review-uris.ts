/** Addresses of the two sides of a reviewed file: scheme for the side, path of the file there, query for the run. */
import * as vscode from 'vscode';
import { basePath, type FileChange } from '../shared/changes.ts';
import { RunId } from '../shared/ids.ts';
import { schemes } from './ids.ts';

export type ReviewedUri = { side: keyof typeof schemes; runId: RunId; path: string };

export function reviewUri({ side, runId, path }: ReviewedUri): vscode.Uri {
  return vscode.Uri.from({ scheme: schemes[side], path: `/${path}`, query: runId });
}

/** Under its old name, where it has another, so that the editor says so and knows its language. */
export function baseUri(runId: RunId, file: Pick<FileChange, 'path' | 'renamedFrom'>): vscode.Uri {
  const uri = reviewUri({ side: 'base', runId, path: basePath(file) });
  return file.renamedFrom === undefined ? uri : uri.with({ query: `${runId}&${file.path}` });
}

/** `path` is that of the proposed side, by which the change set calls the file. */
export function parseReviewUri(uri: vscode.Uri): ReviewedUri | undefined {
  const side = uri.scheme === schemes.base ? 'base' : 'proposed';
  if (side === 'proposed' && uri.scheme !== schemes.proposed) return undefined;
  const [run = '', ...name] = uri.query.split('&');
  const runId = RunId.safeParse(run);
  const path = name.length > 0 ? name.join('&') : uri.path.slice(1);
  return runId.success ? { side, runId: runId.data, path } : undefined;
}
