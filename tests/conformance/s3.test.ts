import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { S3Artifacts } from '../../adapters/artifacts/s3.js';
import { freePort } from '../../scripts/dev/ports.js';
import { describeArtifactStore } from '../support/artifact-store.js';
import { skipped } from '../support/skipped.js';

/** An S3 server that is not ours: one that is named, or moto's on this machine. Buckets are made in it and left there. */
const named = process.env['TEST_S3_ENDPOINT'];
const hasMoto = named === undefined && onPath('moto_server');
const suite = named !== undefined || hasMoto ? describe : describe.skip;
if (suite === describe.skip)
  skipped(
    'no moto_server is on PATH and TEST_S3_ENDPOINT is not set, so artifacts in S3 are not tested on this machine',
  );

const MODULE = fileURLToPath(new URL('../../adapters/artifacts/s3.ts', import.meta.url));
const PREFIX = 'team a/heddle';
const credentials = {
  accessKeyId: process.env['TEST_S3_ACCESS_KEY_ID'] ?? 'test',
  secretAccessKey: process.env['TEST_S3_SECRET_ACCESS_KEY'] ?? 'test',
};

suite('S3', () => {
  let endpoint = named ?? '';
  let moto: ChildProcess | undefined;
  let raw: S3Client;
  let buckets = 0;
  const configOf = (bucket: string, at = endpoint) => ({
    ...{ kind: 's3' as const, bucket, prefix: PREFIX, region: 'us-east-1', forcePathStyle: true },
    ...{ endpoint: at, credentials },
  });
  const newBucket = async (): Promise<string> => {
    const bucket = `heddle-${process.pid}-${Date.now()}-${buckets++}`;
    await raw.send(new CreateBucketCommand({ Bucket: bucket }));
    return bucket;
  };
  const keysIn = async (Bucket: string): Promise<string[]> =>
    ((await raw.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key!);
  /** The key of that content; where it lies is the store's affair, but the org must show in it. */
  const keyOf = async (bucket: string, org: string, id: string): Promise<string> =>
    (await keysIn(bucket)).find((key) => key.includes(`-${org}/`) && key.endsWith(id.slice('sha256:'.length)))!;
  const damage = async (bucket: string, org: string, id: string): Promise<void> =>
    void (await raw.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: await keyOf(bucket, org, id),
        Body: 'other',
        ContentType: 'text/plain',
      }),
    ));

  beforeAll(async () => {
    if (hasMoto) {
      const port = await freePort(0);
      endpoint = `http://127.0.0.1:${port}`;
      moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
      while (!(await answers(endpoint))) await sleep(50);
    }
    raw = new S3Client({ region: 'us-east-1', endpoint, forcePathStyle: true, credentials });
  });
  afterAll(async () => {
    raw.destroy();
    if (!moto) return;
    const gone = once(moto, 'exit');
    moto.kill('SIGTERM');
    await gone;
  });

  describeArtifactStore('S3', async () => {
    const bucket = await newBucket();
    return {
      store: new S3Artifacts(configOf(bucket)),
      again: () => new S3Artifacts(configOf(bucket)),
      damage: (org, id) => damage(bucket, org, id),
      /** The writer is killed while its content is on its way. */
      async dieWriting(org, bytes) {
        const half = await passHalf(new URL(endpoint), bytes.length / 2);
        const code = `
          const { S3Artifacts } = await import(${JSON.stringify(MODULE)});
          const bytes = [];
          for await (const chunk of process.stdin) bytes.push(chunk);
          await new S3Artifacts(${JSON.stringify(configOf(bucket, half.endpoint))}).put(${JSON.stringify(org)}, Buffer.concat(bytes), 'text/plain');`;
        const writer = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
          stdio: ['pipe', 'ignore', 'inherit'],
        });
        writer.stdin.end(bytes);
        await half.passed;
        writer.kill('SIGKILL');
        expect(await once(writer, 'exit')).toEqual([null, 'SIGKILL']);
        await half.close();
      },
      close: () => Promise.resolve(),
    };
  });

  test('an object is written once, below the prefix, with its media type and the hash of its content', async () => {
    const bucket = await newBucket();
    await raw.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const bytes = Buffer.from('once');
    const { id } = await new S3Artifacts(configOf(bucket)).put('acme', bytes, 'text/plain');
    await new S3Artifacts(configOf(bucket)).put('acme', bytes, 'text/plain');
    const { Versions } = await raw.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions).toHaveLength(1);
    const [key] = await keysIn(bucket);
    expect(key).toMatch(new RegExp(`^${PREFIX}/[^/]+/[0-9a-f]{2}/${id.slice('sha256:'.length)}$`));
    const found = await raw.send(new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
    expect(found.ContentType).toBe('text/plain');
    expect(found.ChecksumSHA256).toBe(createHash('sha256').update(bytes).digest('base64'));
  });

  test('content that was damaged is whole again when it is stored again', async () => {
    const bucket = await newBucket();
    const store = new S3Artifacts(configOf(bucket));
    const { id } = await store.put('acme', Buffer.from('precious'), 'text/plain');
    await damage(bucket, 'acme', id);
    await store.put('acme', Buffer.from('precious'), 'text/plain');
    expect(Buffer.from((await store.get('acme', id))!.bytes).toString()).toBe('precious');
  });

  test('a media type can not break out of its header', async () => {
    const store = new S3Artifacts(configOf(await newBucket()));
    const { id } = await store.put('acme', Buffer.from('x'), 'text/plain\nx-amz-acl: public-read\r\n\0ü');
    expect((await store.get('acme', id))!.mediaType).toMatch(/^text\/plain[\x20-\x7e]*$/);
  });

  test.each([
    ['a bucket that is not there', () => configOf('heddle-no-such-bucket')],
    ['a server that is not there', () => configOf('bucket', 'http://127.0.0.1:1')],
  ])('%s is an outage, not an absent artifact', async (_what, config) => {
    const store = new S3Artifacts(config());
    const lost = expect.objectContaining({ code: 'ARTIFACT_UNAVAILABLE', message: expect.stringMatching(/: \w+/) });
    await expect(store.put('acme', randomBytes(10), '')).rejects.toEqual(lost);
    await expect(store.get('acme', `sha256:${'0'.repeat(64)}`)).rejects.toEqual(lost);
  });
});

function onPath(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // sh says so by its exit code
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** Lies before the server and lets so many bytes through, then nothing. */
async function passHalf(
  { hostname, port }: URL,
  most: number,
): Promise<{ endpoint: string; passed: Promise<void>; close(): Promise<void> }> {
  let server: Server;
  const passed = new Promise<void>((resolve) => {
    server = createServer((from) => {
      const to = connect(Number(port), hostname);
      let bytes = 0;
      for (const socket of [from, to]) socket.on('error', () => undefined); // either end may be cut off here
      to.pipe(from);
      from.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes < most) to.write(chunk);
        else resolve();
      });
      from.on('close', () => to.destroy());
    });
  });
  server!.listen(0, '127.0.0.1');
  await once(server!, 'listening');
  const { port: at } = server!.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${at}`,
    passed,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
