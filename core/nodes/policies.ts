import { z } from 'zod';
import { FAULTS } from '../fault.js';
import { parseDuration } from '../spec/duration.js';
import type { NodeTimeout, RetryPolicy } from '../spec/plan.js';

const ms = (text: string) => parseDuration(text) ?? Number.NaN;

/** A duration within bounds, in the spec as text. */
const between = (least: string, most: string) =>
  z
    .string()
    .refine((text) => !Number.isNaN(ms(text)), {
      error: 'a duration reads like 250ms, 5s, 10m, 2h, 1d or PT1H30M',
      params: { code: 'BAD_DURATION' },
    })
    .refine((text) => Number.isNaN(ms(text)) || (ms(text) >= ms(least) && ms(text) <= ms(most)), {
      error: `it must lie between ${least} and ${most}`,
      params: { code: 'OUT_OF_RANGE' },
    })
    .describe(`A duration between ${least} and ${most}.`);

export const retry = z.strictObject({
  max_attempts: z.int().min(1).max(100).optional().describe('Counting the first.'),
  initial_interval: between('10ms', '1h').default('1s'),
  backoff: z.number().min(1).max(10).default(2),
  max_interval: between('10ms', '1d').default('1m'),
  non_retryable: z.array(z.enum(Object.keys(FAULTS) as [keyof typeof FAULTS])).default([]),
});

export const timeout = z.strictObject({
  attempt: between('10ms', '1d').optional().describe('One attempt.'),
  total: between('10ms', '365d').optional().describe('All attempts and the waits between them.'),
  heartbeat: between('1s', '1h').default('10s').describe('A worker that is silent for longer is taken for dead.'),
});

export function retryPolicy(given: z.infer<typeof retry> | undefined, attempts: number): RetryPolicy {
  const { max_attempts, initial_interval, backoff, max_interval, non_retryable } = retry.parse(given ?? {});
  return {
    max_attempts: max_attempts ?? attempts,
    initial_interval_ms: ms(initial_interval),
    backoff,
    max_interval_ms: ms(max_interval),
    non_retryable,
  };
}

export function nodeTimeout(given: z.infer<typeof timeout> | undefined, attempt_ms: number): NodeTimeout {
  const { attempt, total, heartbeat } = timeout.parse(given ?? {});
  return {
    attempt_ms: attempt === undefined ? attempt_ms : ms(attempt),
    heartbeat_ms: ms(heartbeat),
    ...(total === undefined ? {} : { total_ms: ms(total) }),
  };
}
