import { MACROS } from '../../../../../../core/expr/evaluate.js';
import { FUNCTIONS, METHODS } from '../../../../../../core/expr/functions.js';

/** Of a function or method: how it is called, and what it gives. */
export interface Signature {
  name: string;
  /** What follows the name: `(separator) list`. */
  call: string;
  help: string;
  /** What a method is called on. */
  of?: readonly Holder[];
}
export type Holder = 'string' | 'array' | 'object' | 'time' | 'duration';

const ANY: Record<string, [call: string, help: string]> = {
  dyn: ['(value)', 'The value, without a look at its type'],
  size: ['(text | list | object) int', 'How many characters, items or fields'],
  bool: ['(text) bool', '"true" or "false" as a truth value'],
  int: ['(number | text | time) int', 'A whole number; of a time, its seconds since 1970'],
  double: ['(number | text) double', 'A number'],
  string: ['(value) text', 'A number, truth value, time or duration as text'],
  timestamp: ['(text | seconds) time', 'A time, such as timestamp("2026-01-31T12:00:00Z")'],
  duration: ['(text) duration', 'A duration, such as duration("1h30m")'],
};
const TEXT: Record<string, [call: string, help: string]> = {
  size: ['() int', 'How many characters, items or fields'],
  startsWith: ['(text) bool', 'Whether it begins with that'],
  endsWith: ['(text) bool', 'Whether it ends with that'],
  contains: ['(text) bool', 'Whether that stands in it'],
  lowerAscii: ['() text', 'In small letters'],
  upperAscii: ['() text', 'In capitals'],
  trim: ['() text', 'Without space around it'],
  replace: ['(what, with, times?) text', 'With one text in the place of another'],
  split: ['(separator, most?) list', 'Its parts'],
  indexOf: ['(text, from?) int', 'Where that stands first; -1: nowhere'],
  lastIndexOf: ['(text, to?) int', 'Where that stands last; -1: nowhere'],
  charAt: ['(index) text', 'One character'],
  substring: ['(from, to?) text', 'A part of it'],
};
const LIST: Record<string, [call: string, help: string]> = { join: ['(separator?) text', 'Its texts in one'] };
const MACRO_CALLS: Record<(typeof MACROS)[number], [call: string, help: string]> = {
  all: ['(x, condition) bool', 'Whether the condition holds for each item'],
  exists: ['(x, condition) bool', 'Whether it holds for one item at least'],
  exists_one: ['(x, condition) bool', 'Whether it holds for exactly one item'],
  filter: ['(x, condition) list', 'The items for which it holds'],
  map: ['(x, value) list', 'A value for each item'],
};

export const FUNCTION_SIGNATURES: readonly Signature[] = [
  ...[...FUNCTIONS.keys()].map((name) => ({ name, call: ANY[name]?.[0] ?? '()', help: ANY[name]?.[1] ?? '' })),
  { name: 'has', call: '(object.field) bool', help: 'Whether the field is there' },
];

const TIME_HELP = (name: string): string =>
  name
    .replace(/^get/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** Every method that there is, and each of a list's macros. */
export const METHOD_SIGNATURES: readonly Signature[] = [
  ...[...METHODS.keys()].map((name): Signature => {
    const [known, of] = TEXT[name] ? [TEXT[name], ['string'] as const] : [LIST[name], ['array'] as const];
    if (known)
      return { name, call: known[0], help: known[1], of: name === 'size' ? ['string', 'array', 'object'] : of };
    return {
      name,
      call: '(offset?) int',
      help: `Of a time or duration: its ${TIME_HELP(name)}`,
      of: ['time', 'duration'],
    };
  }),
  ...MACROS.map(
    (name): Signature => ({ name, call: MACRO_CALLS[name][0], help: MACRO_CALLS[name][1], of: ['array', 'object'] }),
  ),
];
