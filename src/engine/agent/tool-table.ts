/** The agents' tools by name and by group, in the order in which the model sees them. */

import type { Permission } from '../../shared/plan.ts';
import type { ToolGroup } from '../../shared/team.ts';
import { readingGroups, writingGroups } from '../../shared/team.ts';
import type { Tool } from './tool.ts';
import { findDependencies, findSymbol, outlineCode } from './tools/code.ts';
import { editFile } from './tools/edit-file.ts';
import { listFiles, readFile } from './tools/file-read.ts';
import { createFile, deleteFile, insertText, moveFile } from './tools/file-write.ts';
import { finishTask } from './tools/finish-task.ts';
import { gitBlame, gitCommit, gitDiff, gitLog, gitShow, gitStatus } from './tools/git.ts';
import { managePackages } from './tools/manage-packages.ts';
import { runCommand } from './tools/run-command.ts';
import { searchFiles } from './tools/search-files.ts';

/** Sorted by name: the same groups give the same bytes in every request. */
const tools: readonly Tool[] = [
  createFile,
  deleteFile,
  editFile,
  findDependencies,
  findSymbol,
  finishTask,
  gitBlame,
  gitCommit,
  gitDiff,
  gitLog,
  gitShow,
  gitStatus,
  insertText,
  listFiles,
  managePackages,
  moveFile,
  outlineCode,
  readFile,
  runCommand,
  searchFiles,
];

export function toolNamed(name: string): Tool | undefined {
  return tools.find((tool) => tool.name === name);
}

/** The tools of the groups, and those that every agent has. */
export function toolsOf(groups: readonly ToolGroup[]): Tool[] {
  return tools.filter((tool) => tool.group === undefined || groups.includes(tool.group));
}

/** The tools that only look. */
export function readingTools(): Tool[] {
  return tools.filter((tool) => readingGroups.some((group) => group === tool.group));
}

/** What the final check may use beside them: the person is asked as for every command. */
export function verifyingTools(): Tool[] {
  return tools.filter((tool) => tool.group === 'terminal');
}

export function isWriting(tool: Tool): boolean {
  return writingGroups.some((group) => group === tool.group);
}

/** Whether an agent with these groups and this permission may run a tool: asked again at every call. */
export function mayRun(
  tool: Tool,
  allowed: { tools: readonly ToolGroup[]; permission: Permission },
): boolean {
  if (tool.group === undefined) return true;
  if (!allowed.tools.includes(tool.group)) return false;
  return allowed.permission === 'read_write' || !isWriting(tool);
}
