import type { ArtifactStore } from '../../core/events/live.js';
import type { Db } from './db.js';

/** An artifact store whose contents are known to the database: what an org has, how large, since when. */
export class IndexedArtifacts implements ArtifactStore {
  private readonly db: Db;
  private readonly store: ArtifactStore;

  constructor(db: Db, store: ArtifactStore) {
    this.db = db;
    this.store = store;
  }

  async put(orgId: string, bytes: Uint8Array, mediaType: string): Promise<{ id: string; size: number }> {
    const { id, size } = await this.store.put(orgId, bytes, mediaType);
    await this.db.artifact.createMany({ skipDuplicates: true, data: { orgId, id, size: BigInt(size), mediaType } });
    return { id, size };
  }

  get(orgId: string, id: string): Promise<{ bytes: Uint8Array; mediaType: string } | undefined> {
    return this.store.get(orgId, id);
  }
}
