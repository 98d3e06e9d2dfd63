import type { Meter } from './meter.js';
import type { Value } from './values.js';

/** Undefined: these arguments are none of the function's. Of a method, the value that it is called on comes first. */
export type Fn = (args: Value[], meter: Meter) => Value | undefined;

interface Kinds {
  any: Value;
  string: string;
  /** A whole double will do: JSON's numbers are doubles. */
  int: number;
  list: Value[];
}
type Kind = keyof Kinds | `${keyof Kinds}?`;
type Args<K extends readonly Kind[]> = {
  [I in keyof K]: K[I] extends keyof Kinds
    ? Kinds[K[I]]
    : K[I] extends `${infer N extends keyof Kinds}?`
      ? Kinds[N] | undefined
      : never;
};

const KINDS: { [N in keyof Kinds]: (value: Value) => boolean } = {
  any: () => true,
  string: (value) => typeof value === 'string',
  int: (value) => typeof value === 'bigint' || Number.isInteger(value),
  list: Array.isArray,
};
const asNumber = (value: Value | undefined): number | undefined => (value === undefined ? undefined : Number(value));

/** Checks number and kinds of the arguments, then applies the function to them and the meter. */
export function takes<const K extends readonly Kind[]>(
  kinds: K,
  apply: (...args: [...Args<K>, Meter]) => Value | undefined,
): Fn {
  const least = kinds.filter((kind) => !kind.endsWith('?')).length;
  const checks = kinds.map((kind) => KINDS[kind.replace('?', '') as keyof Kinds]);
  return (args, meter) => {
    if (args.length < least || args.length > kinds.length || !args.every((arg, index) => checks[index]!(arg)))
      return undefined;
    const taken = checks.map((check, index) => (check === KINDS.int ? asNumber(args[index]) : args[index]));
    return apply(...([...taken, meter] as unknown as [...Args<K>, Meter]));
  };
}
