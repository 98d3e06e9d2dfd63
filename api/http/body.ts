import express, { type Request, type RequestHandler, type Response } from 'express';
import { Fault } from '../../core/fault.js';
import { MAX_SPEC_BYTES, MAX_VALUE_DEPTH } from '../../core/limits.js';
import type { Endpoint } from './endpoint.js';

const JSON_TYPES = ['application/json', 'application/*+json'];

/** Reads and checks the body of an endpoint's requests. */
export function bodyReader({
  text,
  body: schema,
  bodyBytes,
}: Endpoint): (req: Request, res: Response) => Promise<unknown> {
  if (text) {
    const parser = express.text({ type: () => true, limit: MAX_SPEC_BYTES * 4 });
    return async (req, res) => {
      await passed(parser, req, res);
      if (!req.is([...text])) throw new Fault('UNSUPPORTED_MEDIA_TYPE', `send ${text.join(' or ')}`);
      return req.body ?? '';
    };
  }
  const parser = express.json({ limit: bodyBytes ?? '8mb', strict: false, type: JSON_TYPES });
  return async (req, res) => {
    await passed(parser, req, res);
    // Without a body there is no type to look at: req.is answers null.
    if (req.headers['content-length'] !== '0' && req.is(JSON_TYPES) === false)
      throw new Fault('UNSUPPORTED_MEDIA_TYPE', 'send application/json');
    if (isDeeper(req.body, MAX_VALUE_DEPTH))
      throw new Fault('REQUEST_INVALID', `nothing may be nested deeper than ${MAX_VALUE_DEPTH}`);
    return schema?.parse(req.body === undefined ? {} : req.body);
  };
}

/** Resolves when a handler of Express hands on. */
export const passed = (handler: RequestHandler, req: Request, res: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    void handler(req, res, (err?: unknown) => (err === undefined ? resolve() : reject(err as Error)));
  });

/** Without calling itself: it looks at what could be too deep for that. */
export function isDeeper(value: unknown, most: number): boolean {
  const open: [value: unknown, depth: number][] = [[value, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [each, depth] = next;
    if (typeof each !== 'object' || each === null) continue;
    if (depth === most) return true;
    for (const part of Object.values(each)) open.push([part, depth + 1]);
  }
  return false;
}
