import { z } from 'zod';
import { MAX_INT } from '../../core/limits.js';

/** A whole number in a query: digits and nothing else, so that `1e2` or a blank is no number. */
export const wholeNumber = (min: number, max = MAX_INT) =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'a whole number is expected')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });
