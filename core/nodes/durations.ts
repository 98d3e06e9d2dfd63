import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../spec/duration.js';

export const NO_DURATION = {
  error: 'a duration reads like 250ms, 5s, 10m, 2h, 1d or PT1H30M',
  params: { code: 'BAD_DURATION' },
};

const ms = (text: string) => parseDuration(text)!;

/** A duration in the spec, as text, from the least to the most. */
export const durationBetween = (least: string, most: string) =>
  z
    .string()
    .refine((text) => parseDuration(text) !== undefined, NO_DURATION)
    .refine((text) => parseDuration(text) === undefined || (ms(text) >= ms(least) && ms(text) <= ms(most)), {
      error: `it must lie between ${least} and ${most}`,
      params: { code: 'OUT_OF_RANGE' },
    })
    .meta({
      description: `A duration between ${least} and ${most}, such as 250ms, 5s, 10m, 2h, 1d, or ISO 8601.`,
      pattern: DURATION_PATTERN,
    });
