/** Divides an expense among the people who share it. All amounts are whole cents. */

/**
 * Everybody pays the same.
 * @param {number} total
 * @param {string[]} people
 * @returns {Map<string, number>} the share of each
 */
export function splitEvenly(total, people) {
  return splitByWeight(total, new Map(people.map((person) => [person, 1])));
}

/**
 * Somebody with weight 2 pays twice what somebody with weight 1 pays.
 * @param {number} total
 * @param {Map<string, number>} weights
 * @returns {Map<string, number>} the share of each
 */
export function splitByWeight(total, weights) {
  const sum = [...weights.values()].reduce((left, right) => left + right, 0);
  if (!(sum > 0)) throw new RangeError('An expense must be shared by somebody');
  const shares = new Map();
  for (const [person, weight] of weights) {
    shares.set(person, Math.floor((total * weight) / sum));
  }
  return shares;
}
