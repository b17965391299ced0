/** Writes accepted changes into the workspace, and takes them back: all of them or none, journaled so that a crash changes nothing of that. */
import type { Apply } from '../../engine/apply-port.ts';
import { type ApplyOptions, carryThrough, checkNow, openWorkspace } from './carry-through.ts';
import { listRecovered } from './list-recovered.ts';
import { revertRun } from './revert-run.ts';

export type { ApplyOptions } from './carry-through.ts';

export function createApply(options: ApplyOptions): Apply {
  return {
    async apply(writes, signal) {
      signal.throwIfAborted();
      const root = await openWorkspace(options);
      const { checked, refused, conflicts } = await checkNow(options, { root, writes }, signal);
      if (refused.length > 0 || conflicts.length > 0) return { applied: false, refused, conflicts };
      await carryThrough(options, { root, checked, kind: 'apply' }, signal);
      const paths = (some: typeof checked) => some.map(({ write }) => write.path);
      return {
        applied: true,
        merged: paths(checked.filter((each) => each.merged)),
        unsaved: paths(checked.filter((each) => each.open)),
      };
    },
    revert: (signal) => revertRun(options, signal),
    recovered: () => listRecovered(options),
  };
}
