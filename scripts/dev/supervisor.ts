import { mkdirSync } from 'node:fs';
import { homeDir } from './state.js';
import { openStack, type StackOptions } from './stack.js';

/**
 * The process that keeps the local stack up. It stands apart from the terminal that started it, so that Ctrl-C reaches it as a
 * wish to stop and not as a blow to every part at once. It talks to `npm start` over its channel: lines to show, then `ready`.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as StackOptions & { detach?: boolean };
const home = homeDir();
mkdirSync(home, { recursive: true, mode: 0o700 });

const tell = (message: object): void => {
  if (process.connected) process.send!(message, undefined, undefined, () => undefined); // nobody may be listening any more
};
const say = (line: string): void => {
  console.log(`${new Date().toISOString()} ${line}`);
  tell({ say: line });
};

let wish: (why: string) => void = () => undefined;
const asked = new Promise<string>((resolve) => (wish = resolve));
const stack = openStack(home, options, say);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => wish(signal));
if (!options.detach) process.once('disconnect', () => wish('its terminal is gone'));

try {
  await Promise.race([stack.start(), asked.then(() => Promise.reject(new Error('asked to stop before all was up')))]);
  tell({ ready: true });
  say(`stopping: ${await asked}`);
} catch (err) {
  tell({ failed: (err as Error).message });
  console.error(err);
  process.exitCode = 1;
}
await stack.stop();
tell({ stopped: true });
process.exit();
