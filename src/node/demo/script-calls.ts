/** The tool calls of the demo's script, written short. */
import type { Step } from '../models/script.ts';

type Call = NonNullable<Step['calls']>[number];

export function listFiles(path?: string): Call {
  return { name: 'list_files', input: path === undefined ? {} : { path } };
}

export function readFile(path: string): Call {
  return { name: 'read_file', input: { path } };
}

export function searchFiles(pattern: string, glob?: string): Call {
  return { name: 'search_files', input: glob === undefined ? { pattern } : { pattern, glob } };
}

export function createFile(path: string, content: string): Call {
  return { name: 'create_file', input: { path, content } };
}

export function editFile(path: string, before: string, after: string): Call {
  return { name: 'edit_file', input: { path, old_str: before, new_str: after } };
}

export function deleteFile(path: string): Call {
  return { name: 'delete_file', input: { path } };
}

export function runCommand(command: string): Call {
  return { name: 'run_command', input: { command } };
}

export function finishTask(summary: string): Call {
  return { name: 'finish_task', input: { summary } };
}

export function approve(summary: string): Call {
  return { name: 'review_code', input: { approved: true, summary, issues: [] } };
}

/** The logic checker passes the work. */
export function pass(feedback: string): Call {
  return { name: 'validate_work', input: { passed: true, issues: [], feedback } };
}
