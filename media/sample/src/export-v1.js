/**
 * The export of version 0.1: semicolons, no header, no quotes.
 * @deprecated use exportCsv; goes away with the next release
 */
export function exportCsvV1(trip) {
  return trip.expenses
    .map((expense) => `${expense.what};${expense.paidBy};${expense.amount}\n`)
    .join('');
}
