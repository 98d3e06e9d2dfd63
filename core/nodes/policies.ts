import { z } from 'zod';
import { FAULTS } from '../fault.js';
import { parseDuration } from '../spec/duration.js';
import type { NodeTimeout, RetryPolicy } from '../spec/plan.js';
import { durationBetween } from './durations.js';

const ms = (text: string) => parseDuration(text)!;

export const retry = z
  .strictObject({
    max_attempts: z.int().min(1).max(100).optional().describe('Counting the first.'),
    initial_interval: durationBetween('10ms', '1h').default('1s'),
    backoff: z.number().min(1).max(10).default(2),
    max_interval: durationBetween('10ms', '1d')
      .optional()
      .describe('The longest wait between two attempts; 1m when absent, or as long as the first wait.'),
    non_retryable: z.array(z.enum(Object.keys(FAULTS) as [keyof typeof FAULTS])).default([]),
  })
  .refine(({ initial_interval, max_interval }) => !(ms(max_interval ?? '') < ms(initial_interval)), {
    error: 'the longest wait is shorter than the first',
    params: { code: 'OUT_OF_RANGE' },
    path: ['max_interval'],
  });

export const timeout = z.strictObject({
  attempt: durationBetween('10ms', '1d').optional().describe('One attempt.'),
  total: durationBetween('10ms', '365d').optional().describe('All attempts and the waits between them.'),
  heartbeat: durationBetween('1s', '1h')
    .default('10s')
    .describe('A worker that is silent for longer is taken for dead.'),
});

export function retryPolicy(given: z.infer<typeof retry> | undefined, attempts: number): RetryPolicy {
  const { max_attempts, initial_interval, backoff, max_interval, non_retryable } = retry.parse(given ?? {});
  return {
    max_attempts: max_attempts ?? attempts,
    initial_interval_ms: ms(initial_interval),
    backoff,
    max_interval_ms: max_interval === undefined ? Math.max(ms('1m'), ms(initial_interval)) : ms(max_interval),
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
