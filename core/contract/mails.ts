import type { DELIVERY_RETRY } from './webhooks.js';

/** What the workflow of one mail gets: ids alone. */
export interface MailStart {
  org: string;
  notice: string;
  retry: typeof DELIVERY_RETRY;
}

/** The activities of that workflow. */
export interface MailActivities {
  /** One attempt. Throws what the attempt failed with. */
  send_mail(mail: MailStart): Promise<void>;
  give_up_mail(mail: MailStart): Promise<void>;
}
