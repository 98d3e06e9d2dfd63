import { weighs } from '../../core/engine/weigh.js';
import type { ArtifactStore } from '../../core/events/live.js';
import { Fault } from '../../core/fault.js';
import { type ArtifactRef, holdsArtifact, isArtifactRef, type Json, type JsonObject } from '../../core/json.js';
import { INLINE_BYTES, MAX_LOADED_BYTES } from '../../core/limits.js';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
/** Lists that a map's batches ask for over and over stay at hand up to this size altogether. */
const CACHE_BYTES = 64 * 1024 * 1024;

type Load = (ref: ArtifactRef) => Promise<Json>;
interface Loaded {
  value: Json;
  size: number;
}

/** Values that are kept outside of history: large parts become references, references become values again. */
export class ArtifactValues {
  private readonly store: ArtifactStore;
  private readonly cache = new Map<string, { loaded: Promise<Loaded>; size: number }>();
  private cached = 0;

  constructor(store: ArtifactStore) {
    this.store = store;
  }

  /**
   * The value with whatever is too large for history taken out: the largest parts first, so that small fields beside a large one
   * stay readable; the whole when many small parts weigh too much together.
   */
  async externalise(org: string, value: Json, limit = INLINE_BYTES): Promise<Json> {
    if (!isHeavy(value, limit)) return value;
    if (typeof value === 'string') return this.put(org, Buffer.from(value), TEXT_TYPE);
    if (Array.isArray(value)) return this.putJson(org, value);
    const entries = await Promise.all(
      Object.entries(value as Record<string, Json>).map(
        async ([name, part]) => [name, await this.externalise(org, part, limit)] as const,
      ),
    );
    const lighter = Object.fromEntries(entries);
    return isHeavy(lighter, limit) ? this.putJson(org, lighter) : lighter;
  }

  async put(org: string, bytes: Uint8Array, mediaType: string): Promise<ArtifactRef & JsonObject> {
    const { id, size } = await this.store.put(org, bytes, mediaType);
    return { $artifact: id, size, media_type: mediaType };
  }

  putJson(org: string, value: Json): Promise<ArtifactRef & JsonObject> {
    return this.put(org, Buffer.from(JSON.stringify(value)), JSON_TYPE);
  }

  /**
   * Loads the content of references: JSON parsed, text as text, anything else as base64. One piece of work gets one loader, and
   * that loads so much and no more: a small artifact may refer a thousand times to another, which does the same.
   */
  loader(org: string, most = MAX_LOADED_BYTES): Load {
    let left = most;
    return async (ref) => {
      const { value, size } = await this.load(org, ref);
      left -= size;
      if (left < 0) throw new Fault('TOO_LARGE', `the artifacts that this needs hold more than ${most} bytes`);
      return value;
    };
  }

  /** The value with every reference in it replaced by its content. Throws TOO_LARGE when that is more than `most` bytes. */
  hydrate(org: string, value: Json, most = MAX_LOADED_BYTES): Promise<Json> {
    return hydrate(value, this.loader(org, most));
  }

  private load(org: string, ref: ArtifactRef): Promise<Loaded> {
    const key = JSON.stringify([org, ref.$artifact, ref.media_type]);
    const known = this.cache.get(key);
    if (known) return known.loaded;
    const loaded = this.read(org, ref);
    this.cache.set(key, { loaded, size: 0 });
    loaded.then(
      ({ size }) => this.keep(key, size),
      () => this.cache.delete(key),
    );
    return loaded;
  }

  private keep(key: string, size: number): void {
    this.cache.get(key)!.size = size;
    this.cached += size;
    for (const [oldest, { size: freed }] of this.cache) {
      if (this.cached <= CACHE_BYTES) break;
      if (oldest === key || freed === 0) continue;
      this.cache.delete(oldest);
      this.cached -= freed;
    }
  }

  /** The reference says how its content reads: the store keeps the same bytes once, whatever they were stored as. */
  private async read(org: string, { $artifact, media_type }: ArtifactRef): Promise<Loaded> {
    const found = await this.store.get(org, $artifact);
    if (!found) throw new Fault('ARTIFACT_MISSING', `artifact ${$artifact} is gone`);
    const content = Buffer.from(found.bytes);
    const type = String(media_type);
    if (type === JSON_TYPE) return { value: parse(content, $artifact), size: content.length };
    return { value: content.toString(type.startsWith('text/') ? 'utf8' : 'base64'), size: content.length };
  }
}

async function hydrate(value: Json, load: Load): Promise<Json> {
  if (!holdsArtifact(value)) return value;
  if (isArtifactRef(value)) return hydrate(await load(value), load);
  if (Array.isArray(value)) return Promise.all(value.map((part) => hydrate(part, load)));
  const entries = Object.entries(value as Record<string, Json>).map(
    async ([name, part]) => [name, await hydrate(part, load)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The quick count first: it stops at the limit, and what passes it is small enough to be written out. */
const isHeavy = (value: Json, limit: number): boolean =>
  weighs(value, limit) || Buffer.byteLength(JSON.stringify(value)) > limit;

function parse(content: Buffer, id: string): Json {
  try {
    return JSON.parse(content.toString('utf8')) as Json;
  } catch (err) {
    throw new Fault('ARTIFACT_MISSING', `artifact ${id} is not JSON`, { cause: err });
  }
}
