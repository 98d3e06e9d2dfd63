import { ActivityFailure, ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { DeliveryActivities, DeliveryStart } from '../core/contract/webhooks.js';

/** Longer than the sender waits for an answer. */
const ATTEMPT_MS = 60_000;

/** One delivery of one event to one webhook: Temporal tries it for days. */
export async function webhook(delivery: DeliveryStart): Promise<void> {
  const { retry } = delivery;
  const { send_webhook } = proxyActivities<DeliveryActivities>({
    startToCloseTimeout: ATTEMPT_MS,
    scheduleToCloseTimeout: retry.total_ms,
    priority: { fairnessKey: delivery.org },
    retry: {
      initialInterval: retry.initial_interval_ms,
      backoffCoefficient: retry.backoff,
      maximumInterval: retry.max_interval_ms,
    },
  });
  const { give_up_webhook } = proxyActivities<DeliveryActivities>({ startToCloseTimeout: ATTEMPT_MS });
  try {
    await send_webhook(delivery);
  } catch (err) {
    if (isCancellation(err)) throw err;
    await give_up_webhook({ delivery, exhausted: !isPointless(err) });
    throw err;
  }
}

const isPointless = (err: unknown): boolean =>
  err instanceof ActivityFailure && err.cause instanceof ApplicationFailure && err.cause.nonRetryable === true;
