import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '../core/events/view.js';
import { ApiError, CliError, EXIT, type Problem } from './exit.js';
import { readEvents } from './sse.js';
import type { Target } from './target.js';

/** A page of a list, as the API answers it. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Speaks to Heddle's HTTP API. Used by the commands and by the demo. */
export interface Client {
  /** A list in the query repeats the name. */
  get<T>(path: string, query?: Record<string, string | readonly string[] | undefined>): Promise<T>;
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  put<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T>;
  delete(path: string, headers?: Record<string, string>): Promise<void>;
  /** Sends a spec as it was written. */
  postSpec<T>(path: string, text: string, fileName?: string): Promise<T>;
  /** From now to the run's end: the state as it is, then each event. Reconnects by its cursor. */
  follow(runId: string, signal?: AbortSignal): AsyncGenerator<Followed>;
}

export type Followed = { kind: 'snapshot'; run: RunView } | { kind: 'event'; event: StreamEvent };

/** A CloudEvent of a run. Ephemeral ones have no cursor and may be lost. */
export interface StreamEvent {
  id?: string;
  type: string;
  time: string;
  data: {
    run_id: string;
    node_key?: string;
    status?: string;
    attempt?: number;
    ephemeral?: boolean;
    error?: { code: string; message: string } | null;
    [more: string]: unknown;
  };
}

export const FINAL = new Set(['completed', 'failed', 'cancelled', 'terminated', 'timed_out']);

const REQUEST_TIMEOUT_MS = 30_000;
/** The API pings every 15 s; a line that is silent for three pings is dead. */
const SILENCE_MS = 45_000;
const RECONNECTS = 8;

export function createClient({ api, token }: Target, base: typeof fetch = fetch): Client {
  async function request(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    let response: Response;
    try {
      response = await base(`${api}/api/v1${path}`, {
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        ...init,
        method,
        headers,
      });
    } catch (cause) {
      init.signal?.throwIfAborted();
      const hint = 'Is it running? `npm start` starts the local stack.';
      throw new CliError(EXIT.unreachable, `no answer from ${api}: ${why(cause)}`, { hint, cause });
    }
    if (!response.ok) throw new ApiError(await problemOf(response));
    return response;
  }

  const sent = async <T>(path: string, body: string | null, headers: Record<string, string>, method = 'POST') =>
    (await (await request(method, path, { body, headers })).json()) as T;
  const json = { 'content-type': 'application/json' };

  return {
    async get<T>(path: string, query: Record<string, string | readonly string[] | undefined> = {}) {
      const given = Object.entries(query).flatMap(([name, value]) =>
        [value ?? []].flat().map((each): [string, string] => [name, each]),
      );
      const search = given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
      const response = await request('GET', path + search);
      return (await response.json()) as T;
    },
    post: (path, body, headers = {}) =>
      body === undefined ? sent(path, null, headers) : sent(path, JSON.stringify(body), { ...json, ...headers }),
    put: (path, body, headers = {}) => sent(path, JSON.stringify(body), { ...json, ...headers }, 'PUT'),
    async delete(path, headers = {}) {
      await request('DELETE', path, { headers });
    },
    postSpec: (path, text, fileName = '') =>
      sent(path, text, { 'content-type': fileName.endsWith('.json') ? 'application/json' : 'application/yaml' }),
    follow,
  };

  async function* follow(runId: string, signal?: AbortSignal): AsyncGenerator<Followed> {
    let cursor = '';
    for (let broken = 0; ; ) {
      const line = new AbortController();
      const watchdog = setTimeout(() => line.abort(new Error('the event stream fell silent')), SILENCE_MS);
      try {
        const headers = { accept: 'text/event-stream', ...(cursor && { 'last-event-id': cursor }) };
        const path = `/workflow_runs/${encodeURIComponent(runId)}/events`;
        const response = await request('GET', path, {
          headers,
          signal: signal ? AbortSignal.any([signal, line.signal]) : line.signal,
        });
        for await (const { id, type, data } of readEvents(kept(response, watchdog))) {
          broken = 0;
          cursor = id || cursor;
          const followed = parse(type, data);
          yield followed;
          if (isEnd(followed)) return;
        }
      } catch (error) {
        signal?.throwIfAborted();
        // A refusal will not change by asking again; a broken line may.
        if (error instanceof ApiError && error.problem.status < 500) throw error;
        if (broken >= RECONNECTS) throw error;
      } finally {
        clearTimeout(watchdog);
        line.abort();
      }
      broken += 1;
      if (broken > RECONNECTS) throw new CliError(EXIT.unreachable, `the event stream of ${runId} keeps ending early`);
      await sleep(Math.min(100 * 2 ** broken, 5_000), undefined, signal ? { signal } : {});
    }
  }
}

/** Passes bytes on and puts the watchdog off with each: pings count. */
async function* kept(response: Response, watchdog: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  for await (const chunk of response.body) {
    watchdog.refresh();
    yield chunk;
  }
}

function parse(type: string, data: string): Followed {
  const value = JSON.parse(data);
  return type === 'snapshot'
    ? { kind: 'snapshot', run: value as RunView }
    : { kind: 'event', event: value as StreamEvent };
}

function isEnd(followed: Followed): boolean {
  if (followed.kind === 'snapshot') return FINAL.has(followed.run.status);
  const [of, status = ''] = followed.event.type.split('.').slice(-2);
  return of === 'run' && FINAL.has(status);
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return { ...body, status: response.status };
  } catch {
    // Not from Heddle itself: a proxy's page, for instance.
  }
  return { status: response.status, detail: `HTTP ${response.status} ${response.statusText}` };
}

/** By shape, not by class: fetch's errors may come from another realm. */
function why(error: unknown): string {
  const { name, message, cause } = error as { name?: string; message?: string; cause?: { message?: string } };
  if (name === 'TimeoutError') return `nothing within ${REQUEST_TIMEOUT_MS / 1000} s`;
  return cause?.message || message || String(error);
}
