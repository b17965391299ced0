// `npm run bench:review`: starts the bench of review and apply; it needs no peers.

import { startBench } from './start-bench.mjs';

startBench('review');
