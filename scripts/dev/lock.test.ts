import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Lock, takeLock } from './lock.js';

let home: string;
beforeEach(async () => void (home = await mkdtemp(path.join(tmpdir(), 'heddle-lock-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

const STARTERS = 6;
const module = JSON.stringify(fileURLToPath(new URL('lock.ts', import.meta.url)));
/** Takes the lock when it is told to, says what came of it, and stays. */
const CODE = `
  const { takeLock } = await import(${module});
  process.on('message', (home) => {
    const taken = takeLock(home);
    process.send(typeof taken === 'object' ? 'taken' : taken);
  });
  process.send('ready');`;

async function starter(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', CODE], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  await once(child, 'message');
  return child;
}
const answer = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0] as unknown;
async function killed(children: ChildProcess[]): Promise<void> {
  const gone = Promise.all(children.map((child) => once(child, 'exit')));
  for (const child of children) child.kill('SIGKILL');
  await gone;
}

test('it is held, said to be free soon, and free again', () => {
  const lock = takeLock(home) as Lock;
  expect(takeLock(home)).toBe('held');
  lock.leave();
  expect(takeLock(home)).toBe('leaving');
  lock.release();
  expect(typeof takeLock(home)).toBe('object');
  expect(takeLock(home)).toBe('held');
});

test('of many who find a killed holder at the same moment, one comes after it', async () => {
  const starters = await Promise.all(Array.from({ length: STARTERS }, starter));
  try {
    for (let round = 0; starters.length > 1; round++) {
      const answers = Promise.all(starters.map(answer));
      for (const child of starters) child.send(home);
      const taken = await answers;
      expect([round, taken.filter((each) => each === 'taken').length]).toEqual([round, 1]);
      await killed(starters.splice(taken.indexOf('taken'), 1));
    }
    expect(typeof takeLock(home)).toBe('object');
    expect(await readdir(home)).toHaveLength(1); // each removed what the ones before it had left
  } finally {
    await killed(starters);
  }
});
