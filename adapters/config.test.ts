import { readConfig } from './config.js';

const GOOD = {
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  DATABASE_URL: 'postgresql://u:p4ssw0rd@127.0.0.1/heddle',
  ARTIFACTS_URL: 'file:///var/lib/heddle',
};

test('what is not said has a default', () => {
  expect(readConfig('api', GOOD)).toMatchObject({
    temporal: { namespace: 'default', taskQueue: 'heddle' },
    artifacts: { kind: 'file', dir: '/var/lib/heddle' },
    api: { host: '127.0.0.1', port: 8700 },
    egressAllow: [],
    retention: { runs_days: null, archives_days: null, logs_days: null },
    idempotencyDays: 7,
    worker: { activities: 100 },
  });
});

test('everything that is missing or wrong is named at once, and no secret is shown', () => {
  const bad = {
    DATABASE_URL: 'mysql://root:hunter2@host',
    REDIS_URL: 'nonsense',
    API_PORT: '99999',
    RETENTION_RUNS_DAYS: '0',
    IDEMPOTENCY_DAYS: 'seven',
    ARTIFACTS_URL: 'ftp://bucket',
    S3_SECRET_ACCESS_KEY: 'hunter2',
    S3_FORCE_PATH_STYLE: 'yes',
    TEMPORAL_TLS_KEY: '/key.pem',
  };
  expect(() => readConfig('worker', bad)).toThrow(
    /the worker can not start:[\s\S]*TEMPORAL_ADDRESS is missing[\s\S]*DATABASE_URL is wrong[\s\S]*REDIS_URL is wrong[\s\S]*ARTIFACTS_URL is "ftp:\/\/bucket": expected file:\/\/\/absolute\/folder, s3:\/\/bucket or s3:\/\/bucket\/prefix[\s\S]*S3_FORCE_PATH_STYLE is "yes": expected true or false[\s\S]*API_PORT is "99999"[\s\S]*RETENTION_RUNS_DAYS is "0": expected at least 1 day[\s\S]*IDEMPOTENCY_DAYS is "seven": expected a number of days[\s\S]*TEMPORAL_TLS_CERT is missing[\s\S]*S3_ACCESS_KEY_ID is missing: S3_SECRET_ACCESS_KEY needs it/,
  );
  expect(() => readConfig('worker', bad)).not.toThrow(/hunter2/);
});

test('secrets and lists are read', () => {
  expect(
    readConfig('worker', {
      ...GOOD,
      SECRET_GITHUB_TOKEN: 'abcd1234',
      EGRESS_ALLOW: '127.0.0.1:8711, 10.0.0.0/8',
      REDIS_URL: 'redis://127.0.0.1',
    }),
  ).toMatchObject({
    secrets: { GITHUB_TOKEN: 'abcd1234' },
    egressAllow: ['127.0.0.1:8711', '10.0.0.0/8'],
    redisUrl: 'redis://127.0.0.1',
  });
});

test.each([
  ['s3://b-1.x', '', { S3_REGION: 'eu-central-1' }],
  ['s3://b-1.x/', '', { AWS_REGION: 'eu-central-1' }],
  ['s3://b-1.x/team%20a/heddle/', 'team a/heddle', { AWS_DEFAULT_REGION: 'eu-central-1' }],
])('artifacts in Amazon’s S3: %s', (ARTIFACTS_URL, prefix, env) => {
  expect(readConfig('api', { ...GOOD, ARTIFACTS_URL, ...env }).artifacts).toEqual({
    ...{ kind: 's3', bucket: 'b-1.x', prefix, region: 'eu-central-1', forcePathStyle: false },
  });
});

test('artifacts in another S3, with credentials of their own', () => {
  const env = {
    ...{ ...GOOD, ARTIFACTS_URL: 's3://bucket/x', S3_ENDPOINT: 'http://127.0.0.1:9000', S3_FORCE_PATH_STYLE: 'true' },
    ...{ S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' },
  };
  expect(readConfig('api', env).artifacts).toEqual({
    ...{ kind: 's3', bucket: 'bucket', prefix: 'x', region: 'us-east-1', forcePathStyle: true },
    ...{ endpoint: 'http://127.0.0.1:9000', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } },
  });
});

test('Amazon’s S3 without a region is refused', () => {
  expect(() => readConfig('api', { ...GOOD, ARTIFACTS_URL: 's3://bucket' })).toThrow('S3_REGION is missing');
});

test.each([
  'file://host/folder',
  'file:///folder?x=1',
  's3://',
  's3://Bucket',
  's3://b',
  's3://bucket/%zz',
  'file:///a%2Fb',
  'nonsense',
  's3://id:key@bucket',
  's3://bucket/a#b',
])('%s is no place for artifacts', (ARTIFACTS_URL) => {
  expect(() => readConfig('api', { ...GOOD, ARTIFACTS_URL, S3_REGION: 'x' })).toThrow('ARTIFACTS_URL is');
});

test('payload keys: the first encrypts; a wrong one is named and never shown', () => {
  const key = Buffer.alloc(32, 5).toString('base64');
  const { temporal } = readConfig('worker', {
    ...GOOD,
    PAYLOAD_KEYS: `new:${key},old:${key}`,
    PAYLOAD_COMPRESSION: 'false',
  });
  expect(temporal.payloads).toMatchObject({ keys: [{ id: 'new' }, { id: 'old' }], compress: false });
  expect(readConfig('worker', GOOD).temporal.payloads).toEqual({ keys: [], compress: true });
  const wrong = () => readConfig('worker', { ...GOOD, PAYLOAD_KEYS: 'hunter2' });
  expect(wrong).toThrow(/PAYLOAD_KEYS is wrong: expected id:key/);
  expect(wrong).not.toThrow(/hunter2/);
});

const OIDC = {
  ...{ OIDC_ISSUER: 'https://id.example/realm', OIDC_CLIENT_ID: 'heddle', OIDC_CLIENT_SECRET: 'hunter2' },
  PUBLIC_URL: 'https://heddle.example/',
};

test('an OpenID provider, and where it sends people back to', () => {
  expect(readConfig('api', { ...GOOD, ...OIDC }).oidc).toEqual({
    ...{ issuer: 'https://id.example/realm', clientId: 'heddle', clientSecret: 'hunter2', name: 'single sign-on' },
    ...{ groupsClaim: 'groups', scopes: 'openid profile email' },
    redirectUri: 'https://heddle.example/api/v1/session/oidc/callback',
  });
  expect(readConfig('api', { ...GOOD, ...OIDC, OIDC_ISSUER: 'http://127.0.0.1:9000' }).oidc).toBeDefined();
  expect(readConfig('api', GOOD)).not.toHaveProperty('oidc');
});

test.each([
  [
    { OIDC_ISSUER: 'http://id.example' },
    'OIDC_ISSUER is "http://id.example": expected a URL that begins with https://',
  ],
  [{ OIDC_ISSUER: 'http://127.0.0.1.evil.example' }, 'OIDC_ISSUER is'],
  [{ OIDC_CLIENT_SECRET: '' }, 'OIDC_CLIENT_SECRET is missing: OIDC_ISSUER needs it'],
  [{ OIDC_ISSUER: '' }, 'OIDC_ISSUER is missing: OIDC_CLIENT_ID needs it'],
  [{ PUBLIC_URL: '' }, 'PUBLIC_URL is missing: OIDC_ISSUER needs it'],
  [{ OIDC_SCOPES: 'profile' }, 'OIDC_SCOPES is "profile": expected scopes'],
  [{ TRUSTED_PROXIES: '10.0.0.0/8, proxy.example' }, 'TRUSTED_PROXIES is'],
])('%j: %s', (wrong, says) => {
  expect(() => readConfig('api', { ...GOOD, ...OIDC, ...wrong })).toThrow(says);
  expect(() => readConfig('api', { ...GOOD, ...OIDC, ...wrong })).not.toThrow(/hunter2/);
});
