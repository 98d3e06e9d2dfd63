import { fileURLToPath } from 'node:url';

/** Where large values are kept. */
export type ArtifactsConfig =
  | { kind: 'file'; dir: string }
  | {
      kind: 's3';
      bucket: string;
      /** Stands before every key; may be empty. */
      prefix: string;
      region: string;
      /** Absent: Amazon's own. */
      endpoint?: string;
      /** `https://endpoint/bucket/key` instead of `https://bucket.endpoint/key`. */
      forcePathStyle: boolean;
      /** Absent: as the AWS SDK finds them, in its own variables, a profile, or the role of the machine. */
      credentials?: { accessKeyId: string; secretAccessKey: string };
    };

export const ARTIFACTS_FORM = 'file:///absolute/folder, s3://bucket or s3://bucket/prefix';

export type Place = { kind: 'file'; dir: string } | { kind: 's3'; bucket: string; prefix: string };

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** What ARTIFACTS_URL names; undefined when it has another form. */
export function placeOf(text: string): Place | undefined {
  try {
    const url = new URL(text);
    const { protocol, host, pathname, search, hash, username, password } = url;
    if (search !== '' || hash !== '' || username !== '' || password !== '') return undefined;
    if (protocol === 'file:') return host === '' ? { kind: 'file', dir: fileURLToPath(url) } : undefined;
    if (protocol !== 's3:' || !BUCKET.test(host)) return undefined;
    return { kind: 's3', bucket: host, prefix: decodeURIComponent(pathname).replaceAll(/^\/+|\/+$/g, '') };
  } catch {
    return undefined; // no URL, or one with escapes that mean nothing
  }
}

/** What else an S3 store needs to know. */
export interface S3Settings {
  endpoint?: string | undefined;
  region?: string | undefined;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  forcePathStyle: boolean;
}

/** Undefined: it has to be said. A server that is not Amazon's has no regions, but signatures name one. */
export const regionOf = ({ region, endpoint }: Pick<S3Settings, 'region' | 'endpoint'>): string | undefined =>
  region ?? (endpoint === undefined ? undefined : 'us-east-1');

export function artifactsOf(place: Place, settings: S3Settings): ArtifactsConfig {
  if (place.kind === 'file') return place;
  const { endpoint, accessKeyId, secretAccessKey, forcePathStyle } = settings;
  return {
    ...place,
    region: regionOf(settings)!,
    forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  };
}
