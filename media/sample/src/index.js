export { balances } from './balances.js';
export { exportCsv } from './export.js';
export { exportCsvV1 } from './export-v1.js';
export { formatAmount, parseAmount } from './money.js';
export { splitByWeight, splitEvenly } from './split.js';
