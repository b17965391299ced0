/** Amounts of money as whole cents: 12.50 is 1250. */

const pattern = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/;

/**
 * Reads an amount as people write it: '12', '12.5', '1,234.50', '-3.20'.
 * @param {string} text
 * @returns {number} cents
 */
export function parseAmount(text) {
  const match = pattern.exec(text.trim());
  if (!match) throw new RangeError(`Not an amount: '${text}'`);
  const [, sign, whole, fraction = '0'] = match;
  const cents = Number(whole.replaceAll(',', '')) * 100 + Number(fraction);
  return sign === '-' ? -cents : cents;
}

/**
 * @param {number} cents
 * @returns {string} always with two decimals, e.g. '12.50'
 */
export function formatAmount(cents) {
  const whole = Math.trunc(cents / 100);
  const rest = String(Math.abs(cents % 100)).padStart(2, '0');
  return `${whole}.${rest}`;
}
