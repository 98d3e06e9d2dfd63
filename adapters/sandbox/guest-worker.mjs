// The thread in which one piece of user code runs, once, inside QuickJS compiled to WebAssembly. Plain JavaScript, so that it needs no
// loader. The guest sees no host API at all: values go in and out as JSON, log lines as messages.
import { parentPort, workerData } from 'node:worker_threads';
import releaseSync from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';

const PAGE = 64 * 1024;
const STACK_BYTES = 256 * 1024;
/** QuickJS itself needs this much beside the guest's own memory. */
const ENGINE_MIB = 16;
const ENTRY = 'heddle:entry';
const CODE = 'function.js';

let quickjs;

parentPort.once('message', (job) => void run(job).then((result) => parentPort.postMessage({ result })));
await prepare();
parentPort.postMessage({ ready: true });

async function prepare() {
  const pages = ((workerData.memoryMb + ENGINE_MIB) * 1024 * 1024) / PAGE;
  const wasmMemory = new WebAssembly.Memory({ initial: 256, maximum: pages });
  quickjs = await newQuickJSWASMModuleFromVariant(newVariant(releaseSync, { wasmMemory }));
}

async function run({ code, input, timeMs, outputBytes }) {
  const deadline = Date.now() + timeMs;
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(workerData.memoryMb * 1024 * 1024);
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => Date.now() > deadline);
  runtime.setModuleLoader((name) =>
    name === CODE ? code : { error: new Error(`import is not possible here: ${name}`) },
  );
  const context = runtime.newContext();
  try {
    expose(context);
    return finish(context, runtime, evaluate(context, runtime, input, deadline), outputBytes);
  } catch (err) {
    return { failed: classify(err, deadline), message: String(err?.message ?? err) };
  }
}

/** `console` is all that the guest gets: its lines become messages. */
function expose(context) {
  const print = context.newFunction('print', (stream, text) => {
    parentPort.postMessage({
      line: { stream: context.getString(stream), text: context.getString(text).slice(0, 8192) },
    });
  });
  context.setProp(context.global, '__print', print);
  print.dispose();
  context
    .unwrapResult(
      context.evalCode(`{
        const print = globalThis.__print; delete globalThis.__print;
        const show = (value) => { if (typeof value === 'string') return value; try { return JSON.stringify(value) ?? String(value); } catch { return String(value); } };
        const to = (stream) => (...values) => print(stream, values.map(show).join(' '));
        globalThis.console = { log: to('stdout'), info: to('stdout'), debug: to('stdout'), warn: to('stderr'), error: to('stderr') };
      }`),
    )
    .dispose();
}

function evaluate(context, runtime, input, deadline) {
  const text = context.newString(input);
  context.setProp(context.global, '__input', text);
  text.dispose();
  const started = context.evalCode(
    `import run from '${CODE}';
     const input = JSON.parse(globalThis.__input); delete globalThis.__input;
     if (typeof run !== 'function') throw new TypeError('the default export must be a function: export default (input) => …');
     const { stringify } = JSON;
     globalThis.__output = Promise.resolve(run(input, { log: console.log })).then((value) => stringify(value) ?? 'null');`,
    ENTRY,
    { type: 'module' },
  );
  if (started.error) return { error: started.error };
  const module = started.value;
  for (;;) {
    const jobs = runtime.executePendingJobs(1000);
    if (jobs.error) return { error: jobs.error };
    if (jobs.value === 0) break;
    if (Date.now() > deadline) return { late: true };
  }
  const moduleState = context.getPromiseState(module);
  if (moduleState.type === 'rejected') return { error: moduleState.error };
  const promise = context.getProp(context.global, '__output');
  const state = context.getPromiseState(promise);
  if (state.type === 'pending') return { never: true };
  return state.type === 'rejected' ? { error: state.error } : { value: state.value };
}

function finish(context, _runtime, outcome, outputBytes) {
  if (outcome.late) return { failed: 'time', message: 'it took too long' };
  if (outcome.never) return { failed: 'error', message: 'the function waits for something that never comes' };
  if (outcome.error) return describe(context.dump(outcome.error));
  const text = context.getString(outcome.value);
  if (text.length > outputBytes)
    return { failed: 'output', message: `the output has ${text.length} characters; ${outputBytes} are allowed` };
  return { output: text };
}

/** A guest's error with the line and column in the guest's own text. */
function describe(error) {
  const name = error?.name ?? 'Error';
  const message = String(error?.message ?? error);
  if (name === 'InternalError' && /interrupted/.test(message)) return { failed: 'time', message: 'it took too long' };
  if (name === 'InternalError' && /out of memory|stack overflow/.test(message)) return { failed: 'memory', message };
  const place = new RegExp(`${CODE.replace('.', '\\.')}:(\\d+)(?::(\\d+))?`).exec(String(error?.stack ?? ''));
  return {
    failed: 'error',
    message: `${name}: ${message}`,
    ...(place && { line: Number(place[1]), ...(place[2] && { column: Number(place[2]) }) }),
  };
}

const classify = (err, deadline) =>
  Date.now() > deadline
    ? 'time'
    : /memory|RuntimeError|unreachable|out of bounds/i.test(String(err))
      ? 'memory'
      : 'error';
