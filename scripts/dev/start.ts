import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDemo } from './demo.js';
import { takeLock } from './lock.js';
import { type DevState, homeDir, isUp, readState } from './state.js';

/** npm start [-- --detach] [-- --no-demo]: brings the stack up, shows a first run, and stays until Ctrl-C unless detached. */
const detach = process.argv.includes('--detach');
const demo = !process.argv.includes('--no-demo');
const home = homeDir();
const show = (line: string): void => console.log(line);
const note = (line: string): void => console.log(`  ${line}`);

const up = readState(home);
if (up && isUp(up, 'supervisor')) {
  show('Heddle is already up.\n');
  showAddresses(up);
  process.exit();
}
const lock = takeLock(home);
if (!lock) {
  show('Another npm start is bringing Heddle up just now; wait for it.');
  process.exit(1);
}

show('Starting Heddle');
const began = Date.now();
mkdirSync(path.join(home, 'logs'), { recursive: true });
const log = openSync(path.join(home, 'logs/supervisor.log'), 'a', 0o600);
const supervisor = spawn(
  process.execPath,
  [
    '--import',
    'tsx',
    fileURLToPath(new URL('supervisor.ts', import.meta.url)),
    JSON.stringify({ detach, anyPorts: process.env['HEDDLE_ANY_PORTS'] === '1' }),
  ],
  { detached: true, stdio: ['ignore', log, log, 'ipc'] },
);

type Message = { say: string } | { ready: true } | { failed: string } | { stopped: true };
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (!stopping) show('\nStopping; data stays. Unfinished runs go on with the next npm start.');
    stopping = true;
    supervisor.kill('SIGTERM');
  });
supervisor.once('exit', (code) => {
  lock.release();
  if (!stopping) show(`Heddle ended; see ${path.join(home, 'logs/supervisor.log')}`);
  process.exit(stopping ? 0 : (code ?? 1));
});

await new Promise<void>((resolve) =>
  supervisor.on('message', (message: Message) => {
    if ('say' in message) note(message.say);
    else if ('failed' in message) show(`Heddle could not start: ${message.failed}`);
    else if ('ready' in message) resolve();
  }),
);
lock.release();
const state = readState(home)!;
note(`everything is up after ${((Date.now() - began) / 1000).toFixed(1)} s`);
let failed = false;
if (demo) {
  try {
    await runDemo(state as DevState & { [more: string]: unknown }, show);
  } catch (err) {
    failed = true;
    show((err as Error).message);
  }
}
show('');
showAddresses(state);
if (detach) {
  show('\nnpm run stop ends it.');
  supervisor.disconnect();
  process.exit(failed ? 1 : 0);
}
show('\nCtrl-C ends it; data stays.');

function showAddresses({ api, temporal_web, token }: DevState): void {
  for (const [name, value] of [
    ['API', `${api}/api/v1`],
    ['API docs', `${api}/api/v1/docs`],
    ['Temporal Web', temporal_web],
    ['Token', token],
  ] as const)
    show(`  ${name.padEnd(14)}${value}`);
  show(`\n  Next: npx heddle run elements-brief -i period=4 --follow`);
}
