import { parseArgs } from 'node:util';
import { findTarget } from '../cli/target.js';
import { heddleOutside } from './bench/outside/heddle.js';
import { serveContender } from './bench/outside/serve.js';

/**
 * `npm run contender`: serves a Heddle as a contender from outside (docs/bench-contenders.md), by its public API alone. Without flags,
 * the one that `npm start` brought up.
 */
const { values: flags } = parseArgs({
  options: { api: { type: 'string' }, token: { type: 'string' }, port: { type: 'string', default: '8800' } },
});
const target = findTarget(
  {
    ...(flags.api === undefined ? {} : { api: flags.api }),
    ...(flags.token === undefined ? {} : { token: flags.token }),
  },
  process.env,
  process.cwd(),
);
const { url, close } = await serveContender(heddleOutside(target), Number(flags.port));
console.log(`${target.api} is a contender at ${url}: npm run bench -- --contender heddle-http=${url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());
