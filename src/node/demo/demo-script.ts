/** The script that the demo model plays on the sample workspace: a demonstration, not AI. */
import type { Script } from '../models/script.ts';
import { demoPlanning } from './demo-planning.ts';
import { finalCheck } from './final-check.ts';
import { addSettlement } from './tasks/add-settlement.ts';
import { auditOldExport } from './tasks/audit-old-export.ts';
import { fixAmounts } from './tasks/fix-amounts.ts';
import { fixSplit } from './tasks/fix-split.ts';
import { publishSettle } from './tasks/publish-settle.ts';
import { removeOldExport } from './tasks/remove-old-export.ts';

export const demoScript: Script = {
  name: 'demo',
  description:
    'Six tasks by five agents on the sample workspace: four begin at once, one is sent back by the code reviewer and mended, and in the end all tests pass.',
  conversations: {
    ...demoPlanning,
    ...fixSplit,
    ...addSettlement,
    ...auditOldExport,
    ...fixAmounts,
    ...removeOldExport,
    ...publishSettle,
    ...finalCheck,
  },
};
