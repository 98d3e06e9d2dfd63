import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactStore } from '../../core/events/live.js';
import { Fault } from '../../core/fault.js';

const ID = /^sha256:([0-9a-f]{64})$/;

/**
 * Artifacts as files, addressed by the hash of their content, a folder per org. A file is written beside and renamed, so that one
 * that has its name is whole; what is read is hashed again.
 */
export class FileArtifacts implements ArtifactStore {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async put(org: string, bytes: Uint8Array, mediaType: string): Promise<{ id: string; size: number }> {
    const hex = createHash('sha256').update(bytes).digest('hex');
    const file = this.file(org, hex);
    if (!(await exists(file))) await this.write(file, bytes, mediaType);
    return { id: `sha256:${hex}`, size: bytes.length };
  }

  async get(org: string, id: string): Promise<{ bytes: Uint8Array; mediaType: string } | undefined> {
    const hex = ID.exec(id)?.[1];
    if (hex === undefined) return undefined;
    let whole: Buffer;
    try {
      whole = await readFile(this.file(org, hex));
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Fault('ARTIFACT_UNAVAILABLE', `artifact ${id} can not be read`, { cause: err });
    }
    const head = whole.indexOf(10);
    const bytes = whole.subarray(head + 1);
    if (createHash('sha256').update(bytes).digest('hex') !== hex)
      throw new Fault('ARTIFACT_UNAVAILABLE', `artifact ${id} is damaged`);
    return { bytes, mediaType: whole.subarray(0, head).toString() };
  }

  /** The media type stands in the file's first line: one rename makes both visible. */
  private async write(file: string, bytes: Uint8Array, mediaType: string): Promise<void> {
    const fresh = `${file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(file), { recursive: true });
      const handle = await open(fresh, 'wx', 0o600);
      try {
        await handle.writev([Buffer.from(`${mediaType.replaceAll('\n', ' ')}\n`), bytes]);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(fresh, file);
    } catch (err) {
      await rm(fresh, { force: true });
      throw new Fault('ARTIFACT_UNAVAILABLE', 'an artifact can not be written', { cause: err });
    }
  }

  private file(org: string, hex: string): string {
    return path.join(this.root, encodeURIComponent(org), hex.slice(0, 2), hex);
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
