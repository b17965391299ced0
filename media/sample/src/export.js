/** A trip as CSV that spreadsheets read: commas, quotes where they are needed, CRLF. */
import { formatAmount, parseAmount } from './money.js';

/**
 * @param {import('./balances.js').Trip} trip
 * @returns {string}
 */
export function exportCsv(trip) {
  const rows = trip.expenses.map((expense) => [
    expense.what,
    expense.paidBy,
    formatAmount(parseAmount(expense.amount)),
  ]);
  return [['what', 'paid by', 'amount'], ...rows].map(toLine).join('');
}

function toLine(fields) {
  return `${fields.map(quote).join(',')}\r\n`;
}

function quote(field) {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
