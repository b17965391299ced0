/** The real operations with something done before each, which learns the number of the step. */

import type { ApplyOperations } from '../../../../src/node/apply/apply-operations.ts';
import { diskOperations } from '../../../../src/node/apply/apply-operations.ts';

export function countedOperations(
  before: (step: number, name: keyof ApplyOperations) => Promise<void>,
): ApplyOperations {
  let step = 0;
  const counted =
    <Given extends unknown[]>(
      name: keyof ApplyOperations,
      work: (...given: Given) => Promise<void>,
    ): ((...given: Given) => Promise<void>) =>
    async (...given) => {
      step += 1;
      await before(step, name);
      await work(...given);
    };
  return {
    writeNew: counted('writeNew', diskOperations.writeNew),
    makeLink: counted('makeLink', diskOperations.makeLink),
    rename: counted('rename', diskOperations.rename),
    unlink: counted('unlink', diskOperations.unlink),
    makeFolder: counted('makeFolder', diskOperations.makeFolder),
    removeFolder: counted('removeFolder', diskOperations.removeFolder),
  };
}
