import { ApplicationFailure } from '@temporalio/common';
import { isFinal, type SendMail } from '../adapters/mail/smtp.js';
import type { GateLinks } from '../adapters/postgres/gate-links.js';
import type { GateNotices, Notice } from '../adapters/postgres/gate-notices.js';
import type { MailActivities } from '../core/contract/mails.js';

interface MailDeps {
  notices: GateNotices;
  links: GateLinks;
  send: SendMail;
  /** What links begin with. */
  publicUrl: string;
}

/** The activities of a mail's workflow. Each attempt makes a link of its own: a token is kept nowhere from which a later one could take it. */
export const mailActivities = (deps: MailDeps): MailActivities => ({
  async send_mail({ notice: id }) {
    const notice = await deps.notices.unsent(id);
    if (!notice) return deps.notices.settle(id, 'moot');
    const { orgId, run_id: runId, node_key: nodeKey, round, subject, due_at } = notice;
    const token = await deps.links.mint({ orgId, runId, nodeKey, round, subject }, due_at);
    try {
      await deps.send(mailOf(notice, `${deps.publicUrl}/g/${token}`));
    } catch (err) {
      const error = err instanceof Error ? err.message : String(err);
      await deps.notices.attempted(id, error);
      throw ApplicationFailure.create({ type: 'MAIL_REFUSED', message: error, nonRetryable: isFinal(err) });
    }
    await deps.notices.attempted(id, null);
  },

  give_up_mail: ({ notice }) => deps.notices.settle(notice, 'failed'),
});

const SUBJECT_CHARS = 150;

/** Little stands in a mail, since it passes many hands: the question and the link. What there is to see stands behind the link. */
function mailOf({ id, email, kind, title, waits_for, due_at, run_id }: Notice, link: string) {
  const asked = title.replaceAll(/\s+/g, ' ').trim();
  const again = kind.startsWith('reminder') ? 'Reminder: ' : kind.startsWith('escalation') ? 'Handed to you: ' : '';
  const lines = [
    `${again}${asked}`,
    ...(due_at ? [`It is due on ${due_at.toISOString().slice(0, 16).replace('T', ' ')} UTC.`] : []),
    ...(waits_for ? [`It ${waits_for}.`] : []),
  ];
  const last = `The link is yours alone: whoever has it can decide for you. Run ${run_id}.`;
  return {
    ...{ id, to: email, subject: `${again}${asked}`.slice(0, SUBJECT_CHARS) },
    text: [...lines, `See it and decide: ${link}`, last].join('\n\n'),
    html: `${lines.map((line) => `<p>${escaped(line)}</p>`).join('')}<p><a href="${link}">See it and decide</a></p><p><small>${escaped(last)}</small></p>`,
  };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
