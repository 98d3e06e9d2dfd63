import { isCancellation, proxyActivities } from '@temporalio/workflow';
import type { MailActivities, MailStart } from '../core/contract/mails.js';

/** Longer than the mail server is waited for. */
const ATTEMPT_MS = 60_000;

/** One mail to one person about one gate: Temporal tries it for days. */
export async function mail(start: MailStart): Promise<void> {
  const { retry } = start;
  const { send_mail } = proxyActivities<MailActivities>({
    startToCloseTimeout: ATTEMPT_MS,
    scheduleToCloseTimeout: retry.total_ms,
    priority: { fairnessKey: start.org },
    retry: {
      initialInterval: retry.initial_interval_ms,
      backoffCoefficient: retry.backoff,
      maximumInterval: retry.max_interval_ms,
    },
  });
  const { give_up_mail } = proxyActivities<MailActivities>({ startToCloseTimeout: ATTEMPT_MS });
  try {
    await send_mail(start);
  } catch (err) {
    if (isCancellation(err)) throw err;
    await give_up_mail(start);
    throw err;
  }
}
