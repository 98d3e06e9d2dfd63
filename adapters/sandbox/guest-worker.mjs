// The thread in which one piece of user code runs, once, inside QuickJS compiled to WebAssembly. Plain JavaScript, so that it needs no
// loader. The guest sees no host API at all: values go in and out as JSON, log lines as messages.
import { parentPort, workerData } from 'node:worker_threads';
import releaseSync from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import { harness } from './guest-harness.mjs';

const MIB = 1024 * 1024;
const PAGE = 64 * 1024;
/** What the engine was built with. */
const INITIAL_PAGES = 256;
const STACK_BYTES = 256 * 1024;
/** QuickJS itself needs this much beside the guest's own memory. */
const ENGINE_MIB = 16;
/** A guest gets so much more time to say what went wrong. */
const LAST_WORDS_MS = 50;
/** Longer than anything that is shown: what is cut in half can't be recognised as a secret. */
const LINE_CHARS = 16 * 1024;
const MESSAGE_CHARS = 16 * 1024;
const CODE = 'function.js';
const FRAME = /at (?:(\S+) \()?function\.js:(\d+)(?::(\d+))?/g;

const { memoryMb, wasmModule } = workerData;
const maximum = ((memoryMb + ENGINE_MIB) * MIB) / PAGE;
const wasmMemory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
let deadline = Number.POSITIVE_INFINITY;
let budget = { lines: 0, chars: 0 };

parentPort.once('message', (job) => parentPort.postMessage({ result: run(job) }));
utcOnly();
const { context, runtime, inside } = await prepare();
parentPort.postMessage({ ready: true });

async function prepare() {
  const engine = await newQuickJSWASMModuleFromVariant(newVariant(releaseSync, { wasmMemory, wasmModule }));
  const runtime = engine.newRuntime();
  runtime.setMemoryLimit(memoryMb * MIB);
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => Date.now() > deadline);
  runtime.setModuleLoader((name) => ({ error: new Error(`import is not possible here: ${name}`) }));
  const context = runtime.newContext();
  const set = context.unwrapResult(context.evalCode(`(${String(harness)})`));
  const print = context.newFunction('print', (stream, text) => say(context.getString(stream), context.getString(text)));
  const parts = context.unwrapResult(
    context.callFunction(set, context.undefined, print, context.newNumber(LINE_CHARS)),
  );
  const inside = (name, ...args) => context.callFunction(context.getProp(parts, name), context.undefined, ...args);
  return { context, runtime, inside };
}

/** Lines beyond the budget are dropped here, before they could fill the host's queue. */
function say(stream, text) {
  if (budget.lines <= 0 || budget.chars <= 0) return;
  budget.lines -= 1;
  budget.chars -= text.length;
  parentPort.postMessage({ line: { stream, text } });
}

function run({ code, input, timeMs, outputBytes, logLines, logChars }) {
  deadline = Date.now() + timeMs;
  budget = { lines: logLines, chars: logChars };
  try {
    const module = settled(taken(context.evalCode(code, CODE, { type: 'module', strict: true })));
    const main = context.getProp(module, 'default');
    if (context.typeof(main) !== 'function')
      throw new GuestFailure('error', 'the default export must be a function: export default (input) => …');
    const output = settled(taken(inside('call', main, context.newString(input))));
    const text = context.getString(taken(inside('serialise', output), 'output'));
    const bytes = Buffer.byteLength(text);
    if (bytes > outputBytes)
      throw new GuestFailure('output', `the output has ${bytes} bytes; ${outputBytes} are allowed`);
    return { output: text };
  } catch (err) {
    if (err instanceof GuestFailure) return err.result;
    return isLate() ? LATE.result : EXHAUSTED.result; // QuickJS itself gave up
  }
}

/** The value of a promise, when all that the guest has to do for it is done; anything else is its own value. */
function settled(handle) {
  for (;;) {
    const state = context.getPromiseState(handle);
    if (state.type === 'fulfilled') return state.value;
    if (state.type === 'rejected') throw failureOf(state.error);
    const jobs = runtime.executePendingJobs(1_000);
    if (jobs.error) throw failureOf(jobs.error);
    if (isLate()) throw LATE;
    if (jobs.value === 0) throw new GuestFailure('error', 'the function waits for something that never comes');
  }
}

function taken(result, kind) {
  if (result.error) throw failureOf(result.error, kind);
  return result.value;
}

/** What the guest threw, with the line and column in its own text. */
function failureOf(thrown, kind = 'error') {
  if (isLate()) return LATE;
  deadline += LAST_WORDS_MS;
  // Without the memory for an error, QuickJS throws null.
  if (context.sameValue(thrown, context.null) && hasGrown()) return EXHAUSTED;
  const described = inside('describe', thrown);
  if (described.error) return isLate() ? LATE : EXHAUSTED;
  const { name, message, stack, maker } = JSON.parse(context.getString(described.value));
  const text = cut(name ? `${name}: ${message}` : message);
  if (name === 'InternalError' && /interrupted/.test(message)) return LATE;
  if (name === 'InternalError' && /out of memory|stack overflow|string too long/.test(message))
    return new GuestFailure('memory', text);
  return new GuestFailure(kind, text, placeOf(stack ?? '', maker));
}

/** The innermost place in the guest's text; the constructor of an error's own class is none that helps. */
function placeOf(stack, maker) {
  const frames = [...stack.matchAll(FRAME)];
  const [, , line, column] = frames.find(([, name]) => name !== maker) ?? frames[0] ?? [];
  return { ...(line && { line: Number(line) }), ...(column && { column: Number(column) }) };
}

class GuestFailure {
  constructor(failed, message, place = {}) {
    this.result = { failed, message, ...place };
  }
}
const EXHAUSTED = new GuestFailure('memory', 'it needs more memory or stack than it has');
const LATE = new GuestFailure('time', 'it took too long');

/** Memory that WebAssembly was given stays its own, so its size tells the most that was ever used. */
function hasGrown() {
  const size = wasmMemory.buffer.byteLength;
  return size > INITIAL_PAGES * PAGE && size >= memoryMb * MIB;
}

function isLate() {
  return Date.now() > deadline;
}

function cut(text) {
  return text.length > MESSAGE_CHARS ? `${text.slice(0, MESSAGE_CHARS)}…` : text;
}

/** QuickJS asks this thread's `Date` for the local time. Results must not depend on where a worker stands. */
function utcOnly() {
  const { prototype } = Date;
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'])
    prototype[`get${part}`] = prototype[`getUTC${part}`];
  prototype.getTimezoneOffset = () => 0;
}
