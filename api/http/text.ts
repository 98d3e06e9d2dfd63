import { z } from 'zod';

/** Text that PostgreSQL can keep and look for: it knows no NUL character. */
// oxlint-disable-next-line no-control-regex -- the one character that it is about
export const text = () => z.string().regex(/^[^\u0000]*$/, 'text without NUL characters');
