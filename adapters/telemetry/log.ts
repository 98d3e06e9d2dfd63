import { pino, type Logger } from 'pino';

export type { Logger };

/** One JSON line an event, on stdout. Nothing that may carry a secret is logged; fields that might are masked all the same. */
export const openLog = (role: string, level: string): Logger =>
  pino(
    {
      level,
      base: { role, pid: process.pid },
      redact: ['*.authorization', '*.cookie', '*.token', '*.password', '*.apiKey'],
    },
    process.stdout, // pino's own stream has been seen to write the last two lines of a process in the wrong order
  );
