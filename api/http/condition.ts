import type { Request } from 'express';
import { z } from 'zod';
import { Fault } from '../../core/fault.js';

/** The headers of a change that is made only if nobody came in between (RFC 9110, 13.1). */
export const CONDITION = z.object({
  'If-Match': z.string().optional().describe('The ETag that it must have; `*`: it must be there.'),
  'If-None-Match': z.string().optional().describe('`*`: it must not be there yet.'),
});

/** Throws PRECONDITION_FAILED unless the thing whose tag this is, or that is not there, is as the request expects. */
export function expectTag(req: Request, etag: string | undefined): void {
  const is = etag === undefined ? 'it is not there' : `it is ${etag} now`;
  const [match, none] = [tagsOf(req.get('if-match')), tagsOf(req.get('if-none-match'))];
  if (match && !fits(match, etag))
    throw new Fault('PRECONDITION_FAILED', `If-Match expects ${match.join(', ')}; ${is}`);
  if (none && fits(none, etag))
    throw new Fault('PRECONDITION_FAILED', `If-None-Match refuses ${none.join(', ')}; ${is}`);
}

const fits = (tags: readonly string[], etag: string | undefined): boolean =>
  etag !== undefined && (tags.includes('*') || tags.includes(etag));

const tagsOf = (header: string | undefined): string[] | undefined => header?.split(',').map((tag) => tag.trim());
