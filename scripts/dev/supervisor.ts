import { chmodSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lock, takeLock } from './lock.js';
import { openStack, type StackOptions } from './stack.js';
import { homeDir } from './state.js';

/**
 * The process that keeps the local stack up. It stands apart from the terminal that started it, so that Ctrl-C reaches it as a
 * wish to stop and not as a blow to every part at once. It talks to `npm start` over its channel: lines to show, then `ready`.
 */
export type Message = { say: string } | { ready: true } | { failed: string } | { busy: true };

const options = JSON.parse(process.argv[2] ?? '{}') as StackOptions & { detach?: boolean };
const home = homeDir();

let wish: (why: string) => void = () => undefined;
const asked = new Promise<string>((resolve) => (wish = resolve));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => wish(signal));
if (!options.detach) process.once('disconnect', () => wish('its terminal is gone'));
// Whatever it is, the parts are ended in order: nobody else would.
process.on('uncaughtException', (err) => {
  console.error(err);
  process.exitCode = 1;
  wish('it failed itself');
});

const lock = await lockOrExit();
chmodSync(home, 0o700); // secrets and whatever runs have worked on lie in it
const stack = openStack(home, options, say);
try {
  const up = stack.start().then(async () => {
    await tell({ ready: true });
    return asked;
  });
  note(`stopping: ${await Promise.race([asked, up])}`);
} catch (err) {
  console.error(err);
  process.exitCode = 1;
  await tell({ failed: (err as Error).message });
}
lock.leave();
await stack.stop();
lock.release();
process.exit();

/** A stack that is on its way down is waited for: after Ctrl-C a shell may ask for the next command at once. */
async function lockOrExit(): Promise<Lock> {
  for (let told = false; ; told = true) {
    const taken = takeLock(home);
    if (typeof taken === 'object') return taken;
    if (taken === 'held') {
      await tell({ busy: true });
      process.exit(1);
    }
    if (!told) say('waiting for the Heddle before to end');
    if ((await Promise.race([sleep(100), asked])) !== undefined) process.exit();
  }
}

/** Resolves when it is on its way; nobody may be listening any more. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

function say(line: string): void {
  note(line);
  void tell({ say: line });
}

/** For its log alone. */
function note(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}
