/** Numbers that count. */
import * as z from 'zod';

export const nonNegative = z.number().int().nonnegative();
export const positive = z.number().int().positive();
