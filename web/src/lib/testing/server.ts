/**
 * The server of component tests: import it before anything that knows the API's client. jsdom has no fetch; this one asks a function, and
 * keeps what was asked.
 */
export interface Asked {
  method: string;
  /** Below `/api/v1`. */
  path: string;
  query: URLSearchParams;
  /** Lower case, by name. */
  headers: Record<string, string>;
  body: unknown;
  /** The `Idempotency-Key`; null: none was given. */
  key: string | null;
}
export type Answer = (
  asked: Asked,
) => { status?: number; body?: unknown } | Promise<{ status?: number; body?: unknown }>;

export const server: { answer: Answer; asked: Asked[] } = { answer: () => ({ status: 404 }), asked: [] };

interface RequestOptions {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

class TestRequest {
  readonly url: URL;
  readonly method: string;
  readonly body: string | undefined;
  readonly headers: Headers;
  constructor(url: string, { method = 'GET', body, headers }: RequestOptions) {
    this.headers = new Headers(headers);
    this.url = new URL(url, 'http://localhost');
    this.method = method;
    this.body = body;
  }
}

/** JSON where it is; a spec is sent as it was written. */
function readable(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

async function answered(given: TestRequest | string, init: RequestOptions = {}) {
  const { url, method, body, headers } = typeof given === 'string' ? new TestRequest(given, init) : given;
  const asked: Asked = {
    ...{
      method,
      path: url.pathname.replace('/api/v1', ''),
      query: url.searchParams,
      headers: Object.fromEntries(headers),
    },
    body: body === undefined ? undefined : readable(body),
    key: headers.get('idempotency-key'),
  };
  server.asked.push(asked);
  const { status = 200, body: told } = await server.answer(asked);
  const text = JSON.stringify(told ?? {});
  return {
    ...{ status, ok: status < 400, statusText: '', headers: { get: () => null } },
    ...{ text: () => Promise.resolve(text), json: () => Promise.resolve(JSON.parse(text) as unknown) },
  };
}

/** The router asks of what is thrown whether it is one. */
class TestResponse {}

Object.assign(globalThis, { Request: TestRequest, Response: TestResponse, fetch: answered });
