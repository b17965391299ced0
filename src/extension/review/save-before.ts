/** What was typed into the review and not saved is taken in before the review closes. */
import type { RunId } from '../../shared/ids.ts';
import type { Instruction } from '../../shared/instruction.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { ReviewFiles } from './review-files.ts';

/** @throws MusterError `wrong-decision` before an apply: nobody has decided on what was typed */
export async function saveBefore(
  files: Pick<ReviewFiles, 'saveAll'>,
  runId: RunId,
  instructions: readonly Instruction[],
): Promise<void> {
  const closing = instructions.find((each) => each.do === 'apply' || each.do === 'send-back');
  if (!closing) return;
  const saved = await files.saveAll(runId);
  if (closing.do === 'send-back' || saved.length === 0) return;
  throw new MusterError(
    'wrong-decision',
    `Nothing was applied yet: what you had typed into ${saved.join(', ')} was not saved, and is part of the proposal now. Accept it or reject it, then apply.`,
  );
}
