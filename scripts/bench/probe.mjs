import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/**
 * Loaded into a worker before its own code (`node --import`): it answers, over the process' channel, what the process has used. The
 * SDK runs workflows in threads with heaps of their own, so each thread loads it too and tells of its heap. Threads know
 * nothing of TypeScript, hence plain JavaScript.
 */
const COLLECT = 'collect';
const heaps = new BroadcastChannel('bench.heaps');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const liveBytes = () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

if (isMainThread) {
  const threads = new Set();
  let answers = new Map();
  let complete = () => undefined;
  heaps.onmessage = ({ data: { thread, bytes } }) => {
    threads.add(thread);
    if (bytes !== undefined) answers.set(thread, bytes);
    if (answers.size === threads.size) complete();
  };
  const allHeaps = async () => {
    answers = new Map();
    const answered = new Promise((resolve) => (complete = resolve));
    heaps.postMessage(COLLECT);
    if (threads.size > 0) await answered;
    return [...answers.values()].reduce((sum, bytes) => sum + bytes, liveBytes());
  };
  const answer = async ({ id, heap }) => {
    const heapBytes = heap ? { heapBytes: await allHeaps() } : {};
    const { user, system } = process.cpuUsage();
    process.send({ id, sample: { cpuMs: (user + system) / 1_000, ...heapBytes } });
  };
  process.on('message', (message) => void answer(message));
} else {
  heaps.onmessage = ({ data }) => {
    if (data === COLLECT) heaps.postMessage({ thread: threadId, bytes: liveBytes() });
  };
  heaps.postMessage({ thread: threadId });
}
heaps.unref();
