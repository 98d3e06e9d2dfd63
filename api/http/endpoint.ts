import type { Request } from 'express';
import type { z } from 'zod';
import type { IdPrefix } from '../../adapters/ids.js';
import type { Session } from '../../adapters/postgres/sessions.js';
import type { Action } from '../../core/auth/can.js';
import type { ApiDeps, Caller } from '../deps.js';

/** What a handler answers. `raw` goes out as it is. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string | string[]>;
  raw?: Uint8Array | string;
}

export interface Call<Params, Query, Body> {
  caller: Caller;
  /** Of a caller who is signed in with a browser. */
  session?: Session;
  params: Params;
  query: Query;
  body: Body;
  req: Request;
}

/**
 * One endpoint: what it takes, who may call it, what it answers. The router, the validation and the OpenAPI document are all made of
 * this, so they can't disagree. A handler has four beats: permit, parse (both done here), decide, act.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  method: 'get' | 'post' | 'put' | 'delete';
  /** With `:name` for parameters, below /api/v1. */
  path: string;
  tag: string;
  summary: string;
  /** `public` needs no token, `anybody` one of any roles. */
  action: Action | 'public' | 'anybody';
  params?: Params;
  query?: Query;
  body?: Body;
  /** The body is text of one of these types, and reaches the handler as it was sent. */
  text?: readonly string[];
  /** What a JSON body may weigh; absent: 8 MiB. */
  bodyBytes?: number;
  /** Takes an Idempotency-Key header. */
  idempotent?: boolean;
  /** Takes If-Match and If-None-Match: its handler asks http/condition.ts. */
  conditional?: boolean;
  /** What ids of what it makes begin with; absent: `run`. */
  makes?: IdPrefix;
  responses: Record<number, { description: string; schema?: z.ZodType; type?: string }>;
  handle(call: Call<z.infer<Params>, z.infer<Query>, z.infer<Body>>, deps: ApiDeps): Promise<Reply>;
}

export const endpoint = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  definition: Endpoint<P, Q, B>,
): Endpoint => definition as unknown as Endpoint;
