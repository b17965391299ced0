/** manage_packages: installs, adds, removes and updates packages with the manager that the lock file tells. */
import * as z from 'zod';
import { inWords } from '../in-words.ts';
import { detectManager, packageCommand } from '../package-managers.ts';
import { defineTool } from '../tool.ts';
import { runLine } from './run-command.ts';

const seconds = 600;
const maxPackages = 50;

const scopeAndName = /^(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*/;
const version = /^(?:@[~^]?[A-Za-z0-9*][A-Za-z0-9.*+_-]*)?$/;

/** A name of the registry, and perhaps a version, range or tag: no address, no path, no flag. */
const PackageName = z
  .string()
  .max(300)
  .refine((text) => {
    const name = scopeAndName.exec(text)?.[0];
    return name !== undefined && version.test(text.slice(name.length));
  }, 'write a name of the registry, with a version if need be: "zod", "@types/node@24", "react@^19.1.0"');

/** Of plain names, so that nothing in it means anything to a shell. */
const Folder = z
  .string()
  .max(500)
  .refine(
    (text) =>
      text === '.' ||
      (!text.startsWith('-') &&
        text.split('/').every((name) => /^[\w@.+-]+$/.test(name) && !/^\.\.?$/.test(name))),
    'write a folder relative to the workspace, e.g. "packages/core"',
  );

const PackagesInput = z
  .object({
    action: z
      .enum(['install', 'add', 'add_dev', 'remove', 'update'])
      .describe(
        'install: everything that package.json names. add, add_dev, remove: the packages given. update: those, or all.',
      ),
    packages: z
      .array(PackageName)
      .max(maxPackages)
      .exactOptional()
      .describe('Names of the registry, e.g. ["zod", "@types/node@24"].'),
    path: Folder.exactOptional().describe(
      'The folder of the package in a repository of several, e.g. "packages/core". Default: the workspace folder.',
    ),
  })
  .superRefine(({ action, packages = [] }, context) => {
    const needed = action !== 'install' && action !== 'update';
    if (needed && packages.length === 0) {
      context.addIssue({ code: 'custom', path: ['packages'], message: `${action} needs packages` });
    }
    if (action === 'install' && packages.length > 0) {
      const message = 'install takes no packages; use add, which also writes package.json';
      context.addIssue({ code: 'custom', path: ['packages'], message });
    }
  });

export const managePackages = defineTool({
  name: 'manage_packages',
  group: 'package_manager',
  description:
    'Installs, adds, removes or updates packages with npm, pnpm, yarn or bun, whichever the nearest lock file tells, and returns what it printed. package.json and lock file are changed by it: do not edit the lock file yourself. Install scripts of packages do not run. It needs the network, and the person has to allow it.',
  schema: PackagesInput,
  title: ({ action, packages = [], path }) => {
    const what = packages.length > 0 ? packages.join(', ') : 'packages';
    const verb = {
      install: 'Install',
      add: 'Add',
      add_dev: 'Add',
      remove: 'Remove',
      update: 'Update',
    };
    return `${verb[action]} ${inWords(what)}${path === undefined || path === '.' ? '' : ` in ${path}`}`;
  },
  async command({ action, packages = [], path = '.' }, lane) {
    const manager = await detectManager(lane.files, path);
    return packageCommand(manager, { action, packages, folder: path });
  },
  run: (_, lane, signal, line) => runLine(lane, { line, seconds }, signal),
});
