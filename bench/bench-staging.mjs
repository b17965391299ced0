// `npm run bench:staging`: starts the bench of staging; it needs git and nothing else.

import { startBench } from './start-bench.mjs';

startBench('staging');
