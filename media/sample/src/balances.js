/** Who has paid more than their share of a trip, and who less. */
import { parseAmount } from './money.js';
import { splitByWeight, splitEvenly } from './split.js';

/**
 * @typedef {{
 *   what: string,
 *   paidBy: string,
 *   amount: string,
 *   sharedBy?: string[],
 *   weights?: Record<string, number>,
 * }} Expense
 * @typedef {{ people: string[], expenses: Expense[] }} Trip
 */

/**
 * @param {Trip} trip
 * @returns {Map<string, number>} cents; positive is owed money, negative owes it
 */
export function balances(trip) {
  const result = new Map(trip.people.map((person) => [person, 0]));
  const add = (person, cents) => {
    if (!result.has(person)) throw new RangeError(`${person} is not on this trip`);
    result.set(person, result.get(person) + cents);
  };
  for (const expense of trip.expenses) {
    const total = parseAmount(expense.amount);
    add(expense.paidBy, total);
    for (const [person, share] of sharesOf(expense, total, trip.people)) add(person, -share);
  }
  return result;
}

function sharesOf(expense, total, everybody) {
  if (expense.weights) return splitByWeight(total, new Map(Object.entries(expense.weights)));
  return splitEvenly(total, expense.sharedBy ?? everybody);
}
