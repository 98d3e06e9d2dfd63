import { availableParallelism } from 'node:os';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { RetentionPolicy } from '../core/contract/retention.js';
import { ARTIFACTS_FORM, type ArtifactsConfig, artifactsOf, placeOf, regionOf } from './artifacts/place.js';
import type { OidcConfig } from './oidc/provider.js';
import type { PayloadsConfig } from './temporal/codec.js';
import { KEYS_FORM, keysOf, type PayloadKey } from './temporal/keys.js';

export type Role = 'api' | 'worker' | 'projector' | 'all';

export interface Config {
  temporal: {
    address: string;
    namespace: string;
    taskQueue: string;
    apiKey?: string;
    webUrl?: string;
    tls?: { cert?: string; key?: string; ca?: string };
    /** Absent: nothing is encrypted, what is large is compressed. */
    payloads?: PayloadsConfig;
  };
  databaseUrl: string;
  /** Absent: live events travel by PostgreSQL's LISTEN/NOTIFY. */
  redisUrl?: string;
  artifacts: ArtifactsConfig;
  /** `codecOrg` is the org whose admins may have payloads of every org decoded; absent: nobody may. */
  api: { host: string; port: number; origins: string[]; trustedProxies: string[]; codecOrg?: string };
  /** What the egress guard lets through although it is not public. */
  egressAllow: string[];
  secrets: Record<string, string>;
  /** Encrypt secrets of triggers in the database; the first does, all decrypt. None: no secret is stored. */
  storedSecretKeys: PayloadKey[];
  /** Where people reach the API: what links in mails and webhooks begin with, without a slash at the end. */
  publicUrl?: string;
  /** Absent: people sign in with API keys alone. */
  oidc?: OidcConfig;
  /** Absent: nobody is told by mail. */
  mail?: { url: string; from: string };
  /** Sign what people decide and do; all of them do, runs take any. */
  actorKeys: PayloadKey[];
  /** `id:key`: public keys of others that sign. */
  actorPublicKeys: string[];
  /** For orgs that say nothing of their own. */
  retention: RetentionPolicy;
  idempotencyDays: number;
  logLevel: string;
  worker: { cachedRuns: number; workflowTasks: number; activities: number; buildId?: string; bundle?: string };
}

const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const list = z.string().default('').transform(partsOf);
const flag = (usual: 'true' | 'false') =>
  z
    .enum(['true', 'false'], 'true or false')
    .default(usual)
    .transform((text) => text === 'true');
const days = z.coerce
  .number('a number of days')
  .int('whole days')
  .min(1, 'at least 1 day')
  .max(36_500, 'at most 36500 days');
const port = z.coerce.number().int().min(0).max(65_535);
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );

/** The same machine: what passes is on no wire. */
const isLoopback = (text: string): boolean =>
  URL.canParse(text) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(text).hostname);

/**
 * What a worker has taken and not begun waits behind what it is at, whoever's it is; what is still in the queue goes in fair turns. So a
 * worker takes no more than keeps its cores busy.
 */
const workflowTasks = (): number => Math.max(8, 4 * availableParallelism());

/** Every variable that a process reads; docs/setup.md explains them. */
const variables = z.object({
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s:]+:\d+$/, 'host:port of Temporal’s frontend'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('heddle'),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_TLS_CERT: z.string().min(1).optional(),
  TEMPORAL_TLS_KEY: z.string().min(1).optional(),
  TEMPORAL_TLS_CA: z.string().min(1).optional(),
  TEMPORAL_WEB_URL: url('http:', 'https:').optional(),
  PAYLOAD_KEYS: z
    .string()
    .refine((text) => keysOf(text) !== undefined, KEYS_FORM)
    .default(''),
  PAYLOAD_COMPRESSION: flag('true'),
  PAYLOAD_CODEC_ORG: z.string().min(1).optional(),
  DATABASE_URL: url('postgres:', 'postgresql:'),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  ARTIFACTS_URL: z.string().refine((text) => placeOf(text) !== undefined, ARTIFACTS_FORM),
  S3_ENDPOINT: url('http:', 'https:').optional(),
  S3_REGION: z.string().min(1).optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  S3_FORCE_PATH_STYLE: flag('false'),
  STORED_SECRET_KEYS: z
    .string()
    .refine((text) => keysOf(text) !== undefined, KEYS_FORM)
    .default(''),
  ACTOR_SIGNING_KEYS: z
    .string()
    .refine((text) => keysOf(text) !== undefined, KEYS_FORM)
    .default(''),
  ACTOR_PUBLIC_KEYS: z
    .string()
    .refine((text) => keysOf(text) !== undefined, KEYS_FORM)
    .default('')
    .transform(partsOf),
  PUBLIC_URL: url('http:', 'https:').optional(),
  OIDC_ISSUER: url('http:', 'https:')
    .refine(
      (text) => text.startsWith('https:') || isLoopback(text),
      'a URL that begins with https://, or with http:// on loopback',
    )
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_NAME: z.string().min(1).max(60).default('single sign-on'),
  OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
  OIDC_SCOPES: z
    .string()
    .refine((text) => text.split(' ').includes('openid'), 'scopes, separated by blanks, with openid among them')
    .default('openid profile email'),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z.string().min(3).optional(),
  API_HOST: z.string().min(1).default('127.0.0.1'),
  API_PORT: port.default(8700),
  API_ORIGINS: list,
  TRUSTED_PROXIES: list.refine(
    (ranges) => ranges.every((range) => ipaddr.isValid(range) || ipaddr.isValidCIDR(range)),
    'addresses and CIDR ranges, separated by commas',
  ),
  EGRESS_ALLOW: list,
  RETENTION_RUNS_DAYS: days.optional(),
  RETENTION_ARCHIVES_DAYS: days.optional(),
  RETENTION_LOGS_DAYS: days.optional(),
  IDEMPOTENCY_DAYS: days.default(7),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  WORKER_CACHED_RUNS: z.coerce.number().int().min(1).default(500),
  WORKER_WORKFLOW_TASKS: z.coerce.number().int().min(4).default(workflowTasks()),
  WORKER_ACTIVITIES: z.coerce.number().int().min(1).default(100),
  WORKER_BUILD_ID: z.string().min(1).optional(),
  WORKFLOW_BUNDLE: z.string().min(1).optional(),
});

const SECRET = /^SECRET_([A-Z][A-Z0-9_]*)$/;
/** Their values are never shown, not even when they are wrong. */
const SENSITIVE = new Set([
  'DATABASE_URL',
  'REDIS_URL',
  'TEMPORAL_API_KEY',
  'S3_SECRET_ACCESS_KEY',
  'PAYLOAD_KEYS',
  'STORED_SECRET_KEYS',
  'ACTOR_SIGNING_KEYS',
  'SMTP_URL',
  'OIDC_CLIENT_SECRET',
]);

/** One of them is nothing without the other. */
const PAIRS = [
  ['TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY'],
  ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_SECRET'],
] as const;

/** One of them needs others. */
const NEEDS = { SMTP_URL: ['MAIL_FROM', 'PUBLIC_URL'], OIDC_ISSUER: ['PUBLIC_URL'] };

/** A process' configuration out of its environment. Throws one error that names everything that is missing or wrong. */
export function readConfig(role: Role, env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, env[name] || undefined]));
  const parsed = variables.safeParse(given);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => complaint(String(path[0]), message, given));
  for (const pair of PAIRS)
    for (const [name, other] of [pair, pair.toReversed()])
      if (given[name!] === undefined && given[other!] !== undefined)
        wrong.push(`${name} is missing: ${other} needs it beside it`);
  for (const [name, needed] of Object.entries(NEEDS))
    for (const other of needed)
      if (given[name] !== undefined && given[other] === undefined)
        wrong.push(`${other} is missing: ${name} needs it beside it`);
  const s3 = placeOf(given['ARTIFACTS_URL'] ?? '')?.kind === 's3';
  if (s3 && regionOf({ region: regionIn(env), endpoint: given['S3_ENDPOINT'] }) === undefined)
    wrong.push('S3_REGION is missing: Amazon’s S3 needs it; for another, set S3_ENDPOINT');
  if (!parsed.success || wrong.length > 0)
    throw new Error(`the ${role} can not start:\n${wrong.map((line) => `  - ${line}`).join('\n')}\nSee docs/setup.md.`);
  return configOf(parsed.data, env);
}

/** The AWS SDK's own variables count too. */
const regionIn = (env: NodeJS.ProcessEnv): string | undefined =>
  env['S3_REGION'] || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined;

function complaint(name: string, message: string, given: Record<string, string | undefined>): string {
  const found = given[name];
  const expected = message.startsWith('Invalid input') ? '' : `: expected ${message}`;
  if (found === undefined) return `${name} is missing${expected}`;
  return `${name} is ${SENSITIVE.has(name) ? 'wrong' : JSON.stringify(found)}${expected}`;
}

function configOf(v: z.infer<typeof variables>, env: NodeJS.ProcessEnv): Config {
  const tls = defined({ cert: v.TEMPORAL_TLS_CERT, key: v.TEMPORAL_TLS_KEY, ca: v.TEMPORAL_TLS_CA });
  const secrets = Object.entries(env).flatMap(([name, value]) => {
    const match = SECRET.exec(name);
    return match && value ? [[match[1]!, value] as const] : [];
  });
  return {
    temporal: {
      ...{ address: v.TEMPORAL_ADDRESS, namespace: v.TEMPORAL_NAMESPACE, taskQueue: v.TEMPORAL_TASK_QUEUE },
      ...defined({ apiKey: v.TEMPORAL_API_KEY, webUrl: v.TEMPORAL_WEB_URL }),
      ...(Object.keys(tls).length > 0 ? { tls } : {}),
      payloads: { keys: v.PAYLOAD_KEYS === '' ? [] : keysOf(v.PAYLOAD_KEYS)!, compress: v.PAYLOAD_COMPRESSION },
    },
    databaseUrl: v.DATABASE_URL,
    ...defined({ redisUrl: v.REDIS_URL }),
    artifacts: artifactsOf(placeOf(v.ARTIFACTS_URL)!, {
      ...{ endpoint: v.S3_ENDPOINT, region: regionIn(env), forcePathStyle: v.S3_FORCE_PATH_STYLE },
      ...{ accessKeyId: v.S3_ACCESS_KEY_ID, secretAccessKey: v.S3_SECRET_ACCESS_KEY },
    }),
    api: {
      ...{ host: v.API_HOST, port: v.API_PORT, origins: v.API_ORIGINS },
      trustedProxies: v.TRUSTED_PROXIES,
      ...defined({ codecOrg: v.PAYLOAD_CODEC_ORG }),
    },
    egressAllow: v.EGRESS_ALLOW,
    secrets: Object.fromEntries(secrets),
    storedSecretKeys: v.STORED_SECRET_KEYS === '' ? [] : keysOf(v.STORED_SECRET_KEYS)!,
    ...defined({ publicUrl: v.PUBLIC_URL?.replace(/\/+$/, '') }),
    ...oidcOf(v),
    ...(v.SMTP_URL === undefined ? {} : { mail: { url: v.SMTP_URL, from: v.MAIL_FROM! } }),
    actorKeys: v.ACTOR_SIGNING_KEYS === '' ? [] : keysOf(v.ACTOR_SIGNING_KEYS)!,
    actorPublicKeys: v.ACTOR_PUBLIC_KEYS,
    retention: {
      runs_days: v.RETENTION_RUNS_DAYS ?? null,
      archives_days: v.RETENTION_ARCHIVES_DAYS ?? null,
      logs_days: v.RETENTION_LOGS_DAYS ?? null,
    },
    idempotencyDays: v.IDEMPOTENCY_DAYS,
    logLevel: v.LOG_LEVEL,
    worker: {
      cachedRuns: v.WORKER_CACHED_RUNS,
      workflowTasks: v.WORKER_WORKFLOW_TASKS,
      activities: v.WORKER_ACTIVITIES,
      ...defined({ buildId: v.WORKER_BUILD_ID, bundle: v.WORKFLOW_BUNDLE }),
    },
  };
}

const oidcOf = (v: z.infer<typeof variables>): Pick<Config, 'oidc'> =>
  v.OIDC_ISSUER === undefined
    ? {}
    : {
        oidc: {
          ...{ issuer: v.OIDC_ISSUER, clientId: v.OIDC_CLIENT_ID!, clientSecret: v.OIDC_CLIENT_SECRET! },
          ...{ name: v.OIDC_NAME, groupsClaim: v.OIDC_GROUPS_CLAIM, scopes: v.OIDC_SCOPES },
          redirectUri: `${v.PUBLIC_URL!.replace(/\/+$/, '')}/api/v1/session/oidc/callback`,
        },
      };

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
