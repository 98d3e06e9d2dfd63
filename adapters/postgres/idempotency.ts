import { createHash } from 'node:crypto';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { type Db, required } from './db.js';

/** The first request with a key gives the id; a repeated one finds the same id, or the answer that was given. */
export type Begun = { resourceId: string; answer?: { status: number; body: Json } };

/**
 * Idempotency keys of requests that create (draft-ietf-httpapi-idempotency-key-header). What a request creates gets its id before
 * anything happens, so a repeated request after a crash goes on with the same id instead of making a second thing.
 */
export class IdempotencyKeys {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Throws IDEMPOTENCY_CONFLICT when the key was used for another request. */
  async begin(
    orgId: string,
    key: string,
    request: { method: string; path: string; body: unknown },
    resourceId: string,
  ): Promise<Begun> {
    const requestHash = createHash('sha256')
      .update(JSON.stringify([request.method, request.path, request.body]))
      .digest('hex');
    const where = { orgId_key: { orgId, key } };
    await this.db.idempotencyKey.createMany({ skipDuplicates: true, data: { orgId, key, requestHash, resourceId } });
    const row = await this.db.idempotencyKey.findUniqueOrThrow({ where });
    if (row.requestHash !== requestHash)
      throw new Fault('IDEMPOTENCY_CONFLICT', `the idempotency key ${key} was used for another request`);
    return {
      resourceId: row.resourceId,
      ...(row.status === null ? {} : { answer: { status: row.status, body: row.response as Json } }),
    };
  }

  async finish(orgId: string, key: string, status: number, body: Json): Promise<void> {
    await this.db.idempotencyKey.update({
      where: { orgId_key: { orgId, key } },
      data: { status, response: required(body) },
    });
  }
}
