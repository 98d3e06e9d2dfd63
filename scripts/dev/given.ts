import { Redis } from 'ioredis';
import pg from 'pg';
import { partsOf } from '../../adapters/error-parts.js';

/** Servers that the environment names in place of ours: looked at once, so that a wrong address is told in one sentence. */
const CONNECT_MS = 10_000;

export async function givenDatabase(url: string, say: (line: string) => void): Promise<string> {
  const where = placeOf('DATABASE_URL', url, ['postgres:', 'postgresql:']);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  try {
    await client.connect();
  } catch (err) {
    throw new Error(`no PostgreSQL can be used at ${where}, which DATABASE_URL names: ${reason(err)}`, { cause: err });
  } finally {
    await client.end();
  }
  say(`PostgreSQL is the one of DATABASE_URL: ${where}`);
  return url;
}

export async function givenRedis(url: string, say: (line: string) => void): Promise<string> {
  const where = placeOf('REDIS_URL', url, ['redis:', 'rediss:']);
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null, connectTimeout: CONNECT_MS });
  let last: unknown;
  client.on('error', (err) => (last = err)); // says more than the rejected call
  try {
    await client.connect();
    await client.ping();
  } catch (err) {
    throw new Error(`no Redis can be used at ${where}, which REDIS_URL names: ${reason(last ?? err)}`, { cause: err });
  } finally {
    client.disconnect();
  }
  say(`Redis is the one of REDIS_URL: ${where}`);
  return url;
}

/** Without user and password. */
function placeOf(name: string, url: string, protocols: string[]): string {
  if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol))
    throw new Error(`${name} is no URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`);
  const { host, pathname } = new URL(url);
  return host + pathname;
}

/** Of several addresses of one name, the last that failed speaks for all. */
function reason(err: unknown): string {
  const each = err instanceof AggregateError ? err.errors.at(-1) : err;
  const { message, code } = partsOf(each);
  return message || code;
}
