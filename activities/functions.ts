import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../core/fault.js';
import type { Json } from '../core/json.js';
import { nearest } from '../core/spec/problems.js';

/** What a function has at hand beside its input. */
export interface FunctionContext {
  signal: AbortSignal;
  /** The effect's key (P3): goes out with whatever the function causes outside. */
  effect: string;
  log: (text: string) => void;
}

export interface RegisteredFunction {
  input: z.ZodType;
  output: z.ZodType;
  run(input: never, context: FunctionContext): unknown;
}
export type Functions = Readonly<Record<string, RegisteredFunction>>;

/** A server-side function, typed by its schemas. */
export const registered = <I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  run: (input: z.infer<I>, context: FunctionContext) => z.input<O> | Promise<z.input<O>>,
): RegisteredFunction => ({ input, output, run });

/** Those that come with Heddle; a deployment adds its own. All are pure. */
export const BUILT_IN: Functions = {
  noop: registered(z.json(), z.json(), (input) => input),
  'hash.sha256': registered(
    z.strictObject({ text: z.string() }),
    z.strictObject({ sha256: z.string() }),
    ({ text }) => ({ sha256: createHash('sha256').update(text).digest('hex') }),
  ),
  'text.count_words': registered(
    z.strictObject({ text: z.string() }),
    z.strictObject({ words: z.int(), characters: z.int() }),
    ({ text }) => ({
      words: text.match(/\p{L}[\p{L}\p{M}\p{N}'’-]*/gu)?.length ?? 0,
      characters: Array.from(text).length,
    }),
  ),
};

/** Whatever its schema lets through, an output must be able to travel. Made once: making it takes longer than using it. */
const TRAVELS = z.json();

/** Calls a registered function with its input and output checked. */
export async function callRegistered(
  functions: Functions,
  name: string,
  input: Json,
  context: FunctionContext,
): Promise<Json> {
  const found = Object.hasOwn(functions, name) ? functions[name]! : undefined;
  if (!found) {
    const suggestion = nearest(name, Object.keys(functions));
    throw new Fault(
      'FUNCTION_UNKNOWN',
      `no function ${name} is registered${suggestion ? `; did you mean ${suggestion}?` : ''}`,
    );
  }
  const parsed = found.input.safeParse(input);
  if (!parsed.success)
    throw new Fault('FUNCTION_ERROR', `the input of ${name} does not fit: ${z.prettifyError(parsed.error)}`);
  const made = found.output.safeParse(await found.run(parsed.data as never, context));
  const output = made.success ? TRAVELS.safeParse(made.data) : made;
  if (!output.success)
    throw new Fault('FUNCTION_OUTPUT', `the output of ${name} does not fit: ${z.prettifyError(output.error)}`);
  return output.data;
}
