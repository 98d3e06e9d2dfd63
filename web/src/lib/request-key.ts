/** A request that was sent, and the Idempotency-Key that it had. */
export interface Sent {
  request: string;
  key: string;
}

/** The very same request has the same key, so that it counts once however often it is sent; another, or what was changed after a refusal, its own. */
export function sentAs(last: Sent | undefined, request: unknown): Sent {
  const text = JSON.stringify(request);
  return last?.request === text ? last : { request: text, key: crypto.randomUUID() };
}
