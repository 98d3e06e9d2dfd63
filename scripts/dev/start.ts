import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDemo } from './demo.js';
import { type DevState, homeDir, isUp, readState } from './state.js';
import type { Message } from './supervisor.js';

/** npm start [-- --detach] [-- --no-demo]: brings the stack up, shows a first run, and stays until Ctrl-C unless detached. */
const detach = process.argv.includes('--detach');
const demo = !process.argv.includes('--no-demo');
const home = homeDir();
const logFile = path.join(home, 'logs/supervisor.log');
const show = (line: string): void => console.log(line);
const note = (line: string): void => console.log(`  ${line}`);
process.stdout.on('error', () => undefined); // the terminal may be closed before the stack is

endIfUp();
show('Starting Heddle');
const began = Date.now();
mkdirSync(path.dirname(logFile), { recursive: true, mode: 0o700 });
const log = openSync(logFile, 'a', 0o600);
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

let stopping = false;
let explained = false;
const stop = (): void => {
  if (!stopping) show('\nStopping; data stays. Unfinished runs go on with the next npm start.');
  stopping = true;
  supervisor.kill('SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
// A parent that was killed passes no signal on: without it no Ctrl-C would ever come here.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && stop(), 500).unref();
supervisor.once('exit', (code) => {
  if (!stopping && !explained) show(code === 0 ? 'Heddle was stopped.' : `Heddle ended; see ${logFile}`);
  process.exit(stopping ? 0 : (code ?? 1));
});

await new Promise<void>((resolve) =>
  supervisor.on('message', (message: Message) => {
    if ('say' in message) note(message.say);
    else if ('failed' in message) explain(`Heddle could not start: ${message.failed}`);
    else if ('busy' in message) {
      endIfUp();
      explain('Another npm start is bringing Heddle up just now; wait for it.');
    } else resolve();
  }),
);
const state = readState(home)!;
note(`everything is up after ${((Date.now() - began) / 1000).toFixed(1)} s`);
let failed = false;
let firstRun: string | undefined;
if (demo) {
  try {
    firstRun = await runDemo({ ...state }, show);
  } catch (err) {
    failed = true;
    if (!stopping) show((err as Error).message);
  }
}
if (!stopping) {
  show('');
  showAddresses(state, firstRun);
  show(detach ? '\nnpm run stop ends it.' : '\nCtrl-C ends it; data stays.');
  if (detach) {
    supervisor.disconnect();
    process.exit(failed ? 1 : 0);
  }
}

function endIfUp(): void {
  const up = readState(home);
  if (!up || !isUp(up, 'supervisor')) return;
  show('Heddle is already up.\n');
  showAddresses(up);
  process.exit();
}

function explain(line: string): void {
  explained = true;
  show(line);
}

/** The token stands beside the address and not in it: an address is kept in histories and logs. */
function showAddresses({ api, web, temporal_web, token }: DevState, firstRun?: string): void {
  for (const [name, value] of [
    ['App', firstRun === undefined ? web : `${web}/runs/${firstRun}`],
    ['Token', `${token}   (the app asks for it)`],
    ['API', `${api}/api/v1`],
    ['API docs', `${api}/api/v1/docs`],
    ['Temporal Web', temporal_web],
  ] as const)
    show(`  ${name.padEnd(14)}${value}`);
  show(`\n  Next: npx heddle run elements-brief -i period=4 --follow`);
}
