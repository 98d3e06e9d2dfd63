import type { IncomingMessage } from 'node:http';
import { Fault } from '../../core/fault.js';

export interface Asked {
  method: string;
  /** Sec-Fetch-Site, which pages can't set; browsers send it on https and loopback. */
  site: string | undefined;
  origin: string | undefined;
  /** Origins of our own pages. */
  own: readonly string[];
  /** A WebSocket is opened. */
  upgrade?: boolean;
}

const READS = new Set(['GET', 'HEAD']);

/**
 * Whether a request that a browser lends its cookie to comes from a page of ours (CSRF). What changes something, or opens a WebSocket,
 * must show it; what only reads must not show the contrary.
 */
export function isOurs({ method, site, origin, own, upgrade = false }: Asked): boolean {
  const reads = READS.has(method) && !upgrade;
  if (site !== undefined) return site === 'same-origin' || (reads && site === 'none');
  return origin === undefined ? reads : own.includes(origin.toLowerCase());
}

export const askedBy = (req: IncomingMessage, own: readonly string[], upgrade = false): Asked => ({
  ...{ method: req.method ?? 'GET', own, upgrade },
  ...{ site: headerOf(req, 'sec-fetch-site'), origin: req.headers.origin },
});

export const crossSite = (): Fault =>
  new Fault(
    'CROSS_SITE',
    'a session acts for pages of its own origin alone: the browser has to say Sec-Fetch-Site: same-origin, or an Origin that is this host; programs send Authorization: Bearer <API key>',
  );

export const headerOf = (req: IncomingMessage, name: string): string | undefined => {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
