/**
 * The part of the sandbox that runs inside the guest, before the user's code; it is passed in as text. What it needs of the language
 * it takes here, so that code which changes `JSON` or a prototype changes it for itself alone.
 */
export function harness(print, lineChars) {
  const { parse, stringify } = JSON;
  const { isFinite } = Number;
  const kindOf = (value) => Object.prototype.toString.call(value);
  const PLAIN = { __proto__: null };
  for (const kind of ['Object', 'Array', 'Null', 'Boolean', 'Number', 'String']) PLAIN[`[object ${kind}]`] = true;

  /** Freed when the guest is out of memory, so that it can still say so. */
  const ballast = [new ArrayBuffer(256 * 1024)];

  const show = (value) => {
    if (typeof value === 'string') return value;
    try {
      return (value instanceof Error ? String(value) : stringify(value)) ?? String(value);
    } catch {
      return kindOf(value); // cyclic, or with a toString of its own that fails
    }
  };
  const to =
    (stream) =>
    (...values) =>
      print(stream, values.map(show).join(' ').slice(0, lineChars));
  const [stdout, stderr] = [to('stdout'), to('stderr')];
  globalThis.console = { log: stdout, info: stdout, debug: stdout, warn: stderr, error: stderr };

  // What differs from one run to the next, or is of no use without other threads.
  for (const name of ['SharedArrayBuffer', 'WeakRef', 'FinalizationRegistry']) delete globalThis[name];

  /** JSON.stringify would make null or {} of many a thing without a word. */
  const checked = (key, value) => {
    const at = key === '' ? '' : ` at ${stringify(key)}`;
    if (typeof value === 'number' && !isFinite(value)) throw new TypeError(`JSON has no ${value}${at}`);
    if (typeof value === 'bigint') throw new TypeError(`JSON has no BigInt${at}: make it a string or a number`);
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new TypeError(`JSON has no ${typeof value}${at}`);
    if (typeof value === 'object' && !(kindOf(value) in PLAIN))
      throw new TypeError(`JSON has no ${kindOf(value).slice(8, -1)}${at}`);
    return value;
  };

  return {
    call: async (run, input) => run(parse(input), { log: stdout }),
    serialise(output) {
      if (output === undefined) throw new TypeError('the function returned undefined: return a value, or null');
      return stringify(output, checked);
    },
    describe(thrown) {
      ballast.length = 0;
      try {
        if (!(thrown instanceof Error)) return stringify({ message: `it threw ${show(thrown)}` });
        const { name, message, stack, constructor } = thrown;
        const maker = String(constructor?.name);
        return stringify({ name: String(name), message: String(message), stack: String(stack), maker });
      } catch {
        return '{"message":"it threw something that does not say what it is"}'; // its getters throw in turn
      }
    },
  };
}
