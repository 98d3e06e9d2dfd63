import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ArtifactStore } from '../../core/events/live.js';
import { Fault } from '../../core/fault.js';
import type { ArtifactsConfig } from './place.js';

type S3Config = Extract<ArtifactsConfig, { kind: 's3' }>;
type S3 = typeof import('@aws-sdk/client-s3');

const ID = /^sha256:([0-9a-f]{64})$/;
const CONNECT_MS = 5_000;
/** Of silence, not of the whole. */
const ANSWER_MS = 30_000;
/** What S3 itself says of content whose type nobody said. */
const UNTYPED = 'binary/octet-stream';

/**
 * Artifacts as objects of S3, or of a server that speaks like it, addressed by the hash of their content. What holds:
 * 1. The server takes an object only with the hash that its name says, and shows it only when it has all of it.
 * 2. What is there is not written again. What is read is hashed again; what is damaged is refused, and replaced when its content is
 *    stored once more.
 * 3. No two orgs share a key, and none lies outside of the prefix, whatever their names.
 */
export class S3Artifacts implements ArtifactStore {
  private readonly config: S3Config;
  private opened: Promise<{ s3: S3; client: S3Client }> | undefined;

  constructor(config: S3Config) {
    this.config = config;
  }

  async put(org: string, bytes: Uint8Array, mediaType: string): Promise<{ id: string; size: number }> {
    const hash = createHash('sha256').update(bytes).digest();
    const id = `sha256:${hash.toString('hex')}`;
    try {
      await this.write(this.keyOf(org, hash.toString('hex')), { bytes, hash, mediaType });
    } catch (err) {
      throw new Fault('ARTIFACT_UNAVAILABLE', `an artifact can not be written: ${reasonOf(err)}`, { cause: err });
    }
    return { id, size: bytes.length };
  }

  async get(org: string, id: string): Promise<{ bytes: Uint8Array; mediaType: string } | undefined> {
    const hex = ID.exec(id)?.[1];
    if (hex === undefined) return undefined;
    let found: { bytes: Uint8Array; mediaType: string } | undefined;
    try {
      found = await this.read(this.keyOf(org, hex));
    } catch (err) {
      throw new Fault('ARTIFACT_UNAVAILABLE', `artifact ${id} can not be read: ${reasonOf(err)}`, { cause: err });
    }
    if (found && createHash('sha256').update(found.bytes).digest('hex') !== hex)
      throw new Fault('ARTIFACT_UNAVAILABLE', `artifact ${id} is damaged`);
    return found;
  }

  private async write(
    key: string,
    { bytes, hash, mediaType }: { bytes: Uint8Array; hash: Buffer; mediaType: string },
  ): Promise<void> {
    const { s3, client } = await this.open();
    const ChecksumSHA256 = hash.toString('base64');
    const object = {
      ...{ ...this.at(key), Body: bytes, ChecksumAlgorithm: 'SHA256' as const, ChecksumSHA256 },
      ContentType: mediaType.replaceAll(/[^\x20-\x7e]+/g, ' ').trim() || UNTYPED,
    };
    try {
      await client.send(new s3.PutObjectCommand({ ...object, IfNoneMatch: '*' }));
    } catch (err) {
      if (!isTaken(err)) throw err;
      if (!(await this.isWhole(key, { size: bytes.length, ChecksumSHA256 })))
        await client.send(new s3.PutObjectCommand(object));
    }
  }

  private async isWhole(key: string, expected: { size: number; ChecksumSHA256: string }): Promise<boolean> {
    const { s3, client } = await this.open();
    try {
      const found = await client.send(new s3.HeadObjectCommand({ ...this.at(key), ChecksumMode: 'ENABLED' }));
      // Not every server tells the checksum.
      const { ContentLength, ChecksumSHA256 = expected.ChecksumSHA256 } = found;
      return ContentLength === expected.size && ChecksumSHA256 === expected.ChecksumSHA256;
    } catch (err) {
      if (codeOf(err) === 'NotFound') return false;
      throw err;
    }
  }

  private async read(key: string): Promise<{ bytes: Uint8Array; mediaType: string } | undefined> {
    const { s3, client } = await this.open();
    try {
      const { Body, ContentType = '' } = await client.send(new s3.GetObjectCommand(this.at(key)));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes, mediaType: ContentType === UNTYPED ? '' : ContentType };
    } catch (err) {
      if (codeOf(err) === 'NoSuchKey') return undefined;
      throw err;
    }
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.config.bucket, Key: key };
  }

  private keyOf(org: string, hex: string): string {
    return [this.config.prefix, folderOf(org), hex.slice(0, 2), hex].filter((part) => part !== '').join('/');
  }

  /** The SDK takes a fifth of a second and 20 MB to load: who has files does without. */
  private open(): Promise<{ s3: S3; client: S3Client }> {
    const { region, endpoint, forcePathStyle, credentials } = this.config;
    this.opened ??= import('@aws-sdk/client-s3').then((s3) => ({
      s3,
      client: new s3.S3Client({
        ...{ region, forcePathStyle, requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: ANSWER_MS } },
        // Content is hashed here, on its way out and back in; not every server knows the SDK's own checksums.
        ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(credentials === undefined ? {} : { credentials }),
      }),
    }));
    return this.opened;
  }
}

interface S3Failure {
  name?: string;
  message?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

const codeOf = (err: unknown): string | undefined => (err as S3Failure).name;

/** The object exists (412), another writer is at it (409), or the server does not know such a condition (501). */
const isTaken = (err: unknown): boolean => [409, 412, 501].includes((err as S3Failure).$metadata?.httpStatusCode ?? 0);

/** Without what the request held. */
function reasonOf(err: unknown): string {
  const { name, code, message, $metadata } = err as S3Failure;
  const status = $metadata?.httpStatusCode;
  return status === undefined ? (code ?? message ?? String(err)) : `${name} (${status})`;
}

/** Of characters that stay as they are in a URL: not every server reads back alike what was escaped on its way. */
const folderOf = (org: string): string =>
  `org-${Buffer.from(org)
    .toString('latin1')
    .replaceAll(/[^a-z0-9_-]/g, (char) => `.${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
