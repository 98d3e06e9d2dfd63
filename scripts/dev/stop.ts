import { setTimeout as sleep } from 'node:timers/promises';
import { homeDir, isUp, readProcesses, removeProcesses, removeState, signalPart } from './state.js';

/** npm run stop: asks the supervisor to end everything, and waits for it. */
const GRACE_MS = 15_000;
const home = homeDir();
const processes = readProcesses(home);

if (isUp(processes, 'supervisor')) {
  signalPart(processes, 'supervisor', 'SIGTERM');
  while (isUp(processes, 'supervisor')) await sleep(50);
  console.log('Heddle is stopped; its data stays.');
} else {
  // What a killed supervisor left is ended part by part, the stores last, as it would have done.
  const left = Object.keys(processes.pids).filter((part) => isUp(processes, part));
  const stores = ['redis', 'postgres'];
  const order = [...left.filter((part) => !stores.includes(part)), ...stores.filter((part) => left.includes(part))];
  for (const part of order) await end(part);
  removeState(home);
  removeProcesses(home);
  console.log(left.length > 0 ? `ended what a killed stack had left: ${order.join(', ')}` : 'Heddle is not up here.');
}

/** SIGINT is PostgreSQL's fast shutdown: to SIGTERM it would wait for its clients. */
async function end(part: string): Promise<void> {
  signalPart(processes, part, part === 'postgres' ? 'SIGINT' : 'SIGTERM');
  for (let until = Date.now() + GRACE_MS; isUp(processes, part); await sleep(50)) {
    if (Date.now() < until) continue;
    console.log(`${part} does not end; it is killed`);
    signalPart(processes, part, 'SIGKILL');
    until = Infinity;
  }
}
