/**
 * The server of component tests: import it before anything that knows the API's client. jsdom has no fetch; this one asks a function, and
 * keeps what was asked.
 */
export interface Asked {
  method: string;
  /** Below `/api/v1`. */
  path: string;
  query: URLSearchParams;
  body: unknown;
  /** The `Idempotency-Key`; null: none was given. */
  key: string | null;
}
export type Answer = (
  asked: Asked,
) => { status?: number; body?: unknown } | Promise<{ status?: number; body?: unknown }>;

export const server: { answer: Answer; asked: Asked[] } = { answer: () => ({ status: 404 }), asked: [] };

interface Init {
  method?: string;
  body?: string;
  headers?: unknown;
}
class TestRequest {
  readonly url: URL;
  readonly method: string;
  readonly body: string | undefined;
  readonly key: string | null;
  constructor(url: string, { method = 'GET', body, headers }: Init) {
    this.url = new URL(url, 'http://localhost');
    this.method = method;
    this.body = body;
    this.key = headers instanceof Headers ? headers.get('Idempotency-Key') : null;
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

async function answered(given: TestRequest | string, init: Init = {}) {
  const { url, method, body, key } = typeof given === 'string' ? new TestRequest(given, init) : given;
  const asked: Asked = {
    ...{ method, path: url.pathname.replace('/api/v1', ''), query: url.searchParams },
    ...{ body: body === undefined ? undefined : readable(body), key },
  };
  server.asked.push(asked);
  const { status = 200, body: told } = await server.answer(asked);
  const text = JSON.stringify(told ?? {});
  return {
    ...{ status, ok: status < 400, statusText: '', headers: { get: () => null } },
    ...{ text: () => Promise.resolve(text), json: () => Promise.resolve(JSON.parse(text) as unknown) },
  };
}

Object.assign(globalThis, { Request: TestRequest, fetch: answered });
