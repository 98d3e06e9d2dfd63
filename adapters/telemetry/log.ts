import { pino, type Logger } from 'pino';

export type { Logger };

/** One JSON line an event, on stdout. Nothing that may carry a secret is logged; fields that might are masked all the same. */
export const openLog = (role: string, level: string): Logger =>
  pino({ level, base: { role, pid: process.pid }, redact: ['*.authorization', '*.token', '*.password', '*.apiKey'] });
