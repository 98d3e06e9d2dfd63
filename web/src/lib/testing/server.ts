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
}
export type Answer = (
  asked: Asked,
) => { status?: number; body?: unknown } | Promise<{ status?: number; body?: unknown }>;

export const server: { answer: Answer; asked: Asked[] } = { answer: () => ({ status: 404 }), asked: [] };

class TestRequest {
  readonly url: URL;
  readonly method: string;
  readonly body: string | undefined;
  constructor(url: string, { method = 'GET', body }: { method?: string; body?: string }) {
    this.url = new URL(url, 'http://localhost');
    this.method = method;
    this.body = body;
  }
}

async function answered(given: TestRequest | string, init: { method?: string; body?: string } = {}) {
  const { url, method, body } = typeof given === 'string' ? new TestRequest(given, init) : given;
  const asked: Asked = {
    ...{ method, path: url.pathname.replace('/api/v1', ''), query: url.searchParams },
    body: body === undefined ? undefined : JSON.parse(body),
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
