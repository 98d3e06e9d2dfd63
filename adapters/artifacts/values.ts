import type { ArtifactStore } from '../../core/events/live.js';
import { weighs } from '../../core/engine/bind.js';
import { Fault } from '../../core/fault.js';
import { type ArtifactRef, holdsArtifact, isArtifactRef, type Json } from '../../core/json.js';
import { INLINE_BYTES } from '../../core/limits.js';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
/** Lists that a map's batches ask for over and over stay at hand up to this size altogether. */
const CACHE_BYTES = 64 * 1024 * 1024;

/** Values that are kept outside of history: large parts become references, references become values again. */
export class ArtifactValues {
  private readonly store: ArtifactStore;
  private readonly cache = new Map<string, { value: Promise<Json>; size: number }>();
  private cached = 0;

  constructor(store: ArtifactStore) {
    this.store = store;
  }

  /**
   * The value with whatever is too large for history taken out: the largest parts first, so that small fields beside a large one
   * stay readable; the whole when many small parts weigh too much together.
   */
  async externalise(org: string, value: Json, limit = INLINE_BYTES): Promise<Json> {
    if (!weighs(value, limit) || isArtifactRef(value)) return value;
    if (typeof value === 'string') return this.put(org, Buffer.from(value), TEXT_TYPE);
    if (Array.isArray(value)) return this.put(org, Buffer.from(JSON.stringify(value)), JSON_TYPE);
    const entries = await Promise.all(
      Object.entries(value as Record<string, Json>).map(
        async ([name, part]) => [name, await this.externalise(org, part, limit)] as const,
      ),
    );
    const lighter = Object.fromEntries(entries);
    return weighs(lighter, limit) ? this.put(org, Buffer.from(JSON.stringify(lighter)), JSON_TYPE) : lighter;
  }

  async put(org: string, bytes: Uint8Array, mediaType: string): Promise<ArtifactRef & Json> {
    const { id, size } = await this.store.put(org, bytes, mediaType);
    return { $artifact: id, size, media_type: mediaType };
  }

  /** The content of a reference: JSON parsed, text as text, anything else as base64. */
  load(org: string, ref: ArtifactRef): Promise<Json> {
    const key = `${org} ${ref.$artifact}`;
    const known = this.cache.get(key);
    if (known) return known.value;
    const value = this.read(org, ref);
    this.cache.set(key, { value, size: ref.size });
    this.cached += ref.size;
    value.catch(() => this.forget(key));
    for (const oldest of this.cache.keys()) {
      if (this.cached <= CACHE_BYTES || oldest === key) break;
      this.forget(oldest);
    }
    return value;
  }

  /** The value with every reference in it replaced by its content. */
  async hydrate(org: string, value: Json): Promise<Json> {
    if (!holdsArtifact(value)) return value;
    if (isArtifactRef(value)) return this.hydrate(org, await this.load(org, value));
    if (Array.isArray(value)) return Promise.all(value.map((part) => this.hydrate(org, part)));
    const entries = Object.entries(value as Record<string, Json>).map(
      async ([name, part]) => [name, await this.hydrate(org, part)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  private forget(key: string): void {
    this.cached -= this.cache.get(key)?.size ?? 0;
    this.cache.delete(key);
  }

  private async read(org: string, ref: ArtifactRef): Promise<Json> {
    const found = await this.store.get(org, ref.$artifact);
    if (!found) throw new Fault('ARTIFACT_MISSING', `artifact ${ref.$artifact} is gone`);
    const text = () => Buffer.from(found.bytes).toString('utf8');
    if (found.mediaType.startsWith(JSON_TYPE)) return JSON.parse(text()) as Json;
    return found.mediaType.startsWith('text/') ? text() : Buffer.from(found.bytes).toString('base64');
  }
}
