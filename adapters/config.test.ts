import { readConfig } from './config.js';

const GOOD = {
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  DATABASE_URL: 'postgresql://u:p4ssw0rd@127.0.0.1/heddle',
  ARTIFACTS_URL: 'file:///var/lib/heddle',
};

test('what is not said has a default', () => {
  expect(readConfig('api', GOOD)).toMatchObject({
    temporal: { namespace: 'default', taskQueue: 'heddle' },
    artifactsDir: '/var/lib/heddle',
    api: { host: '127.0.0.1', port: 8700 },
    egressAllow: [],
    worker: { activities: 100 },
  });
});

test('everything that is missing or wrong is named at once, and no secret is shown', () => {
  const bad = {
    DATABASE_URL: 'mysql://root:hunter2@host',
    REDIS_URL: 'nonsense',
    API_PORT: '99999',
    ARTIFACTS_URL: 's3://bucket',
    TEMPORAL_TLS_KEY: '/key.pem',
  };
  expect(() => readConfig('worker', bad)).toThrow(
    /the worker can not start:[\s\S]*TEMPORAL_ADDRESS is missing[\s\S]*DATABASE_URL is wrong[\s\S]*REDIS_URL is wrong[\s\S]*ARTIFACTS_URL is "s3:\/\/bucket": expected a URL that begins with file:[\s\S]*API_PORT is "99999"[\s\S]*TEMPORAL_TLS_CERT is missing/,
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
