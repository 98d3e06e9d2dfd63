import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../dev/state.js';
import { builtFrom, sourceHash } from './stamp.js';

export const WEB_DIST = path.join(ROOT, 'web/dist');
const LAST_LINES = 20;

/** True when `web/dist` is made of what the checkout has now. */
export const isBuilt = (): boolean => builtFrom(WEB_DIST) === sourceHash(ROOT);

/**
 * Builds the web app into `web/dist`, unless it is there as the checkout has it now; answers whether it was built. Throws with what the build has
 * said when it fails; what was there before is there still. In a process of its own: Vite would set NODE_ENV here, and take its memory with it.
 */
export async function buildWeb({
  say = () => undefined,
  signal,
}: {
  say?: (line: string) => void;
  signal?: AbortSignal;
} = {}): Promise<boolean> {
  if (isBuilt()) return false;
  say('building the web app (about 10 s the first time)');
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'scripts/build-web.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    ...(signal ? { signal } : {}),
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, by) => resolve(String(by ?? code)));
  });
  const [how, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (how === '0') return true;
  throw new Error(`the build ended with ${how}\n${`${out}${err}`.trim().split('\n').slice(-LAST_LINES).join('\n')}`);
}
