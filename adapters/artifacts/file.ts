import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactStore } from '../../core/events/live.js';
import { Fault } from '../../core/fault.js';

const ID = /^sha256:([0-9a-f]{64})$/;

/**
 * Artifacts as files, addressed by the hash of their content, a folder per org. What holds:
 * 1. A file that has its name is whole: it is written beside, brought to the disk, then renamed.
 * 2. What is read is hashed again. What is damaged is refused, and replaced when its content is stored once more.
 * 3. No two orgs share a folder, and none lies outside of the root, whatever their names.
 */
export class FileArtifacts implements ArtifactStore {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async put(org: string, bytes: Uint8Array, mediaType: string): Promise<{ id: string; size: number }> {
    const hex = hashOf(bytes);
    const stored = await this.read(org, hex);
    if (stored === undefined || !stored.whole) await this.write(this.file(org, hex), bytes, mediaType);
    return { id: `sha256:${hex}`, size: bytes.length };
  }

  async get(org: string, id: string): Promise<{ bytes: Uint8Array; mediaType: string } | undefined> {
    const hex = ID.exec(id)?.[1];
    const stored = hex === undefined ? undefined : await this.read(org, hex);
    if (stored && !stored.whole) throw new Fault('ARTIFACT_UNAVAILABLE', `artifact ${id} is damaged`);
    return stored && { bytes: stored.bytes, mediaType: stored.mediaType };
  }

  /** The media type stands in the file's first line: one rename makes both visible. */
  private async read(
    org: string,
    hex: string,
  ): Promise<{ bytes: Uint8Array; mediaType: string; whole: boolean } | undefined> {
    let content: Buffer;
    try {
      content = await readFile(this.file(org, hex));
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Fault('ARTIFACT_UNAVAILABLE', `artifact sha256:${hex} can not be read`, { cause: err });
    }
    const head = content.indexOf('\n');
    const bytes = content.subarray(head + 1);
    const whole = head >= 0 && hashOf(bytes) === hex;
    return { bytes, mediaType: content.toString('latin1', 0, Math.max(head, 0)), whole };
  }

  private async write(file: string, bytes: Uint8Array, mediaType: string): Promise<void> {
    const fresh = `${file}.${randomUUID()}`;
    try {
      const made = await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      try {
        const handle = await open(fresh, 'wx', 0o600);
        try {
          await handle.writeFile(`${mediaType.replaceAll(/[^\x20-\x7e]+/g, ' ')}\n`);
          await handle.writeFile(bytes);
          await handle.datasync();
        } finally {
          await handle.close();
        }
        await rename(fresh, file);
        await syncFolders(path.dirname(file), made);
      } catch (err) {
        await rm(fresh, { force: true });
        throw err;
      }
    } catch (err) {
      throw new Fault('ARTIFACT_UNAVAILABLE', 'an artifact can not be written', { cause: err });
    }
  }

  private file(org: string, hex: string): string {
    return path.join(this.root, folderOf(org), hex.slice(0, 2), hex);
  }
}

/** A new name is on the disk when its folder is; so are the folders that were made on the way to it. */
async function syncFolders(folder: string, firstMade: string | undefined): Promise<void> {
  const last = firstMade === undefined ? folder : path.dirname(firstMade);
  for (let each = folder; ; each = path.dirname(each)) {
    const handle = await open(each, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (each === last) return;
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Dots could lead elsewhere, and some file systems take capitals for small letters, so neither stays as it is. */
const folderOf = (org: string): string =>
  `@${Buffer.from(org).toString('latin1')}`.replaceAll(
    /[^@a-z0-9_-]/g,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
