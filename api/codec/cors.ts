import type { RequestHandler } from 'express';

const DAY_S = 86_400;

/** Lets pages of these origins ask the codec: Temporal Web is one. A session's cookie counts for pages of our own alone, so none is allowed. */
export const codecCors =
  (origins: readonly string[]): RequestHandler =>
  (req, res, next) => {
    res.vary('origin');
    const { origin } = req.headers;
    if (origin === undefined || !origins.includes(origin)) return next();
    res.set({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'x-request-id' });
    if (req.method !== 'OPTIONS') return next();
    res
      .set({
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, content-type, x-namespace',
        'access-control-max-age': String(DAY_S),
      })
      .status(204)
      .end();
  };
