import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError, EXIT } from './exit.js';

/** Which API to talk to, as whom. */
export interface Target {
  /** Origin, such as `http://127.0.0.1:8080`. */
  api: string;
  token: string;
}

/** Flags first, then the environment, then the `.heddle/dev.json` that `npm start` writes, from here upward. */
export function findTarget(flags: { api?: string; token?: string }, env: NodeJS.ProcessEnv, cwd: string): Target {
  const api = flags.api ?? env['HEDDLE_API'];
  const token = flags.token ?? env['HEDDLE_TOKEN'];
  if (api !== undefined && token !== undefined) return { api: originOf(api), token };
  const dev = findDev(cwd);
  // The local stack's token is never sent to another API.
  if (api !== undefined && (!dev || originOf(api) !== originOf(dev.api))) {
    throw new CliError(EXIT.unreachable, `no token for ${api}`, { hint: 'Set HEDDLE_TOKEN or pass --token.' });
  }
  if (dev) return { api: originOf(api ?? dev.api), token: token ?? dev.token };
  const hint = 'Start the local stack with `npm start`, or set HEDDLE_API and HEDDLE_TOKEN.';
  throw new CliError(EXIT.unreachable, 'found no API to talk to', { hint });
}

function findDev(from: string): Target | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, '.heddle', 'dev.json');
    const text = readIfThere(file);
    if (text !== undefined) return parseDev(text, file);
    if (folder === dirname(folder)) return undefined;
  }
}

function parseDev(text: string, file: string): Target {
  try {
    const dev: unknown = JSON.parse(text);
    if (typeof dev === 'object' && dev !== null && 'api' in dev && 'token' in dev) {
      const { api, token } = dev;
      if (typeof api === 'string' && typeof token === 'string') return { api, token };
    }
  } catch (cause) {
    throw new CliError(EXIT.unreachable, `${file} is no JSON`, { cause });
  }
  throw new CliError(EXIT.unreachable, `${file} names no api and token`, {
    hint: 'Start the stack again with `npm start`.',
  });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError(EXIT.unreachable, `${file} can't be read`, { cause: error });
  }
}

function originOf(api: string): string {
  try {
    return new URL(api).origin;
  } catch (cause) {
    throw new CliError(EXIT.invalid, `${api} is no address of an API`, { cause });
  }
}
