/** Every command, view, scheme, setting and context key of the extension, in one place. */

export const viewId = 'muster.panel';
export const changesViewId = 'muster.changes';

export const commandIds = {
  orchestrateTask: 'muster.orchestrateTask',
  approvePlan: 'muster.approvePlan',
  requestChanges: 'muster.requestChanges',
  rejectPlan: 'muster.rejectPlan',
  cancelRun: 'muster.cancelRun',
  pauseRun: 'muster.pauseRun',
  resumeRun: 'muster.resumeRun',
  reviewChanges: 'muster.reviewChanges',
  acceptHunk: 'muster.acceptHunk',
  rejectHunk: 'muster.rejectHunk',
  acceptFile: 'muster.acceptFile',
  rejectFile: 'muster.rejectFile',
  undoDecision: 'muster.undoDecision',
  nextHunk: 'muster.nextHunk',
  previousHunk: 'muster.previousHunk',
  reviewAll: 'muster.reviewAll',
  requestFileChanges: 'muster.requestFileChanges',
  keepComment: 'muster.keepComment',
  sendComments: 'muster.sendComments',
  discardComment: 'muster.discardComment',
  changesByFile: 'muster.changesByFile',
  changesByTask: 'muster.changesByTask',
  applyAccepted: 'muster.applyAccepted',
  revertRun: 'muster.revertRun',
  showRuns: 'muster.showRuns',
  setApiKey: 'muster.setApiKey',
  showCommands: 'muster.showCommands',
  showLog: 'muster.showLog',
} as const;
export type CommandName = keyof typeof commandIds;

export const schemes = { base: 'muster-base', proposed: 'muster-proposed' } as const;

/** What `when` clauses ask about the selected run. */
export type ContextKey =
  | 'muster.awaitingApproval'
  | 'muster.reviewing'
  | 'muster.running'
  | 'muster.paused'
  | 'muster.canResume'
  | 'muster.canRevert';

export const secretNames = { anthropicKey: 'muster.anthropic.apiKey' } as const;
