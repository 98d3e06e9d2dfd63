import { setTimeout as sleep } from 'node:timers/promises';

export interface Api {
  /** Origins of all API processes; any will do, and any may be dead just now. */
  origins: string[];
  token: string;
}

const PATIENCE_MS = 120_000;
const ATTEMPT_MS = 20_000;
let turn = 0;

/** The next of them. */
export const anyOf = ({ origins }: Api): string => origins[turn++ % origins.length]!;

/**
 * Asks one API after the other until one answers with something below 500: 2xx, or a status in `fine`. Throws on any other refusal, and
 * when none has answered for two minutes.
 */
export async function ask<T>(
  api: Api,
  method: 'GET' | 'POST',
  path: string,
  { body, key, fine = [] }: { body?: unknown; key?: string; fine?: number[] } = {},
): Promise<T> {
  let last: unknown;
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(200)) {
    const answer = await fetch(`${anyOf(api)}/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(ATTEMPT_MS),
      headers: {
        authorization: `Bearer ${api.token}`,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
      .then(async (response) => ({ status: response.status, ok: response.ok, text: await response.text() }))
      .catch((err: unknown) => {
        last = err;
        return undefined;
      });
    if (!answer) continue;
    if (answer.ok || fine.includes(answer.status)) return JSON.parse(answer.text) as T;
    last = `${answer.status}: ${answer.text}`;
    if (answer.status < 500) break;
  }
  throw new Error(`${method} ${path} was not answered as it should be: ${String(last)}`);
}
