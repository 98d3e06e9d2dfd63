import { createTransport } from 'nodemailer';

const CONNECT_MS = 10_000;
const SILENT_MS = 30_000;

interface Mail {
  /** Names it for receivers that see it twice: the same in each attempt. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}
/** Resolves when the mail server has taken it. Throws what the server says; `isFinal` tells whether it would say so again. */
export type SendMail = (mail: Mail) => Promise<void>;

/** Sends by SMTP: one connection a mail, as gates are rare. */
export function smtpSender({ url, from }: { url: string; from: string }): { send: SendMail; close(): void } {
  const transport = createTransport({
    ...{ url, connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return {
    async send({ id, to, ...mail }) {
      // As an object, so that nothing in the address is read as a second one.
      await transport.sendMail({ ...mail, from, to: { name: '', address: to }, messageId: `<${id}@heddle>` });
    },
    close: () => transport.close(),
  };
}

/** The server has refused it for good (a reply of 5xx to this very mail); credentials that are wrong may be mended. */
export const isFinal = (err: unknown): boolean =>
  err instanceof Error &&
  'responseCode' in err &&
  Number(err.responseCode) >= 500 &&
  !('code' in err && err.code === 'EAUTH');
