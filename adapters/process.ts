import { type Config, readConfig, type Role } from './config.js';
import { type Logger, openLog } from './telemetry/log.js';

/** A part of Heddle that runs in this process until it is asked to stop. */
export interface Part {
  /** Resolves when all that was under way is done or handed back. */
  stop(): Promise<void>;
  /** Rejects when the part can't go on. */
  failed: Promise<never>;
}

/** Starts parts with the configuration from the environment, one after the other, and runs them until SIGTERM or SIGINT; the last one stops first. */
export async function runParts(role: Role, parts: ((config: Config, log: Logger) => Promise<Part>)[]): Promise<void> {
  let config: Config;
  try {
    config = readConfig(role);
  } catch (err) {
    console.error((err as Error).message);
    process.exit(2);
  }
  const log = openLog(role, config.logLevel);
  const asked = new Promise<string>((resolve) => {
    // Again and again: a second one, as from a parent and from whoever ends both, must not cut short what the first began.
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    process.once('disconnect', () => resolve('whoever started it is gone'));
  });
  const running: Part[] = [];
  try {
    for (const start of parts) running.push(await start(config, log));
    log.info('ready');
    process.send?.('ready'); // to the supervisor of the local stack
    const signal = await Promise.race([asked, ...running.map(({ failed }) => failed)]);
    log.info({ signal }, 'stopping');
  } catch (err) {
    log.fatal({ err }, 'can not go on');
    process.exitCode = 1;
  }
  for (const part of running.toReversed()) await part.stop();
  log.info('stopped');
  // Native connections of the SDK may linger.
  process.exit();
}

export const never = (): { promise: Promise<never>; fail: (err: unknown) => void } => {
  let fail: (err: unknown) => void = () => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  promise.catch(() => undefined); // whoever races it hears of it; an unwatched one must not end the process
  return { promise, fail };
};
