import { setTimeout as sleep } from 'node:timers/promises';
import { homeDir, isUp, readState, signalPart } from './state.js';

/** npm run stop: asks the supervisor to end everything, and waits for it. */
const home = homeDir();
const state = readState(home);
if (state && isUp(state, 'supervisor')) {
  signalPart(state, 'supervisor', 'SIGTERM');
  while (isUp(state, 'supervisor')) await sleep(50);
  console.log('Heddle is stopped; its data stays.');
} else {
  const left = state ? Object.keys(state.pids).filter((part) => isUp(state, part)) : [];
  // What a killed supervisor left is ended part by part, the database last, as it would have done.
  for (const part of [...left.filter((name) => name !== 'postgres'), ...left.filter((name) => name === 'postgres')]) {
    signalPart(state!, part, part === 'postgres' ? 'SIGINT' : 'SIGTERM');
    while (isUp(state!, part)) await sleep(50);
  }
  console.log(left.length > 0 ? `ended what a killed stack had left: ${left.join(', ')}` : 'Heddle is not up here.');
}
