/** Random tokens from the machine's cryptographic source. */
import { randomInt } from 'node:crypto';
import type { Random } from '../engine/ports.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const systemRandom: Random = {
  fraction: () => randomInt(2 ** 40) / 2 ** 40,
  token: (length) =>
    Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join(''),
};
