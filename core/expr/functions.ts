import { NoValue } from './errors.js';
import type { Meter } from './meter.js';
import { int } from './operators.js';
import {
  Duration,
  DURATION_FIELDS,
  parseDuration,
  parseOffset,
  parseTimestamp,
  secondsOf,
  Timestamp,
  TIMESTAMP_FIELDS,
  timestampField,
  timestampOfSeconds,
} from './time.js';
import { isMap, sizeOfMap, typeOf, type Value } from './values.js';

/** Undefined: these arguments are none of the function's. */
type Fn = (args: Value[], meter: Meter) => Value | undefined;

/** All that a call may name, but for the macros. What is not here does not exist: expressions are allow-listed. */
export const FUNCTIONS: ReadonlyMap<string, Fn> = table({
  dyn: ([value]) => value,
  size: ([value], meter) => size(value!, meter),
  bool: ([value]) => toBool(value!),
  int: ([value]) => toInt(value!),
  double: ([value]) => toDouble(value!),
  string: ([value], meter) => toString(value!, meter),
  timestamp: ([value], meter) => {
    if (value instanceof Timestamp) return value;
    meter.spend(100);
    if (typeof value === 'string') return parseTimestamp(value) ?? fail(`${quote(value)} is no RFC 3339 time`);
    return typeof value === 'bigint' ? timestampOfSeconds(value) : undefined;
  },
  duration: ([value], meter) => {
    if (value instanceof Duration) return value;
    meter.spend(100);
    if (typeof value === 'string') return parseDuration(value) ?? fail(`${quote(value)} is no duration`);
    return undefined;
  },
});

/** As FUNCTIONS, for what is called on a value: that value comes first. */
export const METHODS: ReadonlyMap<string, Fn> = table({
  size: ([value], meter) => size(value!, meter),
  startsWith: texts(([text, start]) => text!.startsWith(start!)),
  endsWith: texts(([text, end]) => text!.endsWith(end!)),
  contains: texts(([text, part]) => text!.includes(part!)),
  lowerAscii: texts(([text]) => text!.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
  upperAscii: texts(([text]) => text!.replace(/[a-z]+/g, (part) => part.toUpperCase())),
  trim: texts(([text]) => text!.trim()),
  replace: texts(([text, from, to], meter) => replaced(text!, from!, to!, meter)),
  split: ([text, separator, limit], meter) =>
    typeof text === 'string' && typeof separator === 'string' && (limit === undefined || isInt(limit))
      ? split(text, separator, limit, meter)
      : undefined,
  join: ([list, separator], meter) =>
    Array.isArray(list) && (separator === undefined || typeof separator === 'string')
      ? join(list, separator ?? '', meter)
      : undefined,
  indexOf: ([text, part, from], meter) => indexOf(text, part, from, meter, 'first'),
  lastIndexOf: ([text, part, from], meter) => indexOf(text, part, from, meter, 'last'),
  substring: ([text, from, to], meter) =>
    typeof text === 'string' && isInt(from) && (to === undefined || isInt(to))
      ? substring(text, Number(from), to === undefined ? undefined : Number(to), meter)
      : undefined,
  ...Object.fromEntries(
    [...new Set([...Object.keys(TIMESTAMP_FIELDS), ...Object.keys(DURATION_FIELDS)])].map((name) => [
      name,
      field(name),
    ]),
  ),
});

function table(functions: Record<string, Fn>): ReadonlyMap<string, Fn> {
  return new Map(Object.entries(functions));
}

function field(name: string): Fn {
  return ([value, zone], meter) => {
    meter.spend(20);
    if (value instanceof Duration && zone === undefined) return DURATION_FIELDS[name]?.(value.ns);
    if (!(value instanceof Timestamp) || !(name in TIMESTAMP_FIELDS)) return undefined;
    if (zone !== undefined && typeof zone !== 'string') return undefined;
    const offset = zone === undefined ? 0 : parseOffset(zone);
    if (offset === undefined) throw new NoValue(`the time zone ${quote(zone!)} is no offset such as +02:00`);
    return timestampField(name, value, offset);
  };
}

function texts(apply: (texts: string[], meter: Meter) => Value): Fn {
  return (args, meter) => {
    if (!args.every((arg) => typeof arg === 'string')) return undefined;
    const [text = '', part = ''] = args;
    meter.text(text.length + part.length);
    meter.spend((text.length * part.length) >> 10);
    return apply(args, meter);
  };
}

const TRUE = new Set(['1', 't', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'false', 'FALSE', 'False']);

function toBool(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  return TRUE.has(value) || (FALSE.has(value) ? false : fail(`${quote(value)} is no bool`));
}

function size(value: Value, meter: Meter): bigint | undefined {
  if (typeof value === 'string') {
    meter.text(value.length);
    return BigInt(pointsOf(value).length);
  }
  if (Array.isArray(value)) return BigInt(value.length);
  return isMap(value) ? BigInt(sizeOfMap(value)) : undefined;
}

function toInt(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NoValue(`${value} is no int`);
    return int(BigInt(Math.trunc(value)));
  }
  if (typeof value === 'string')
    return /^[+-]?\d{1,19}$/.test(value) ? int(BigInt(value.replace('+', ''))) : fail(`${quote(value)} is no int`);
  return value instanceof Timestamp ? secondsOf(value) : undefined;
}

const NAMED_DOUBLE = /^([+-]?)(inf|infinity)$/i;
function toDouble(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return undefined;
  const named = NAMED_DOUBLE.exec(value);
  if (named) return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(value)) return Number.NaN;
  return value.length <= 400 && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
    ? Number(value)
    : fail(`${quote(value)} is no double`);
}

function toString(value: Value, meter: Meter): string | undefined {
  if (typeof value === 'string') meter.text(value.length);
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (value === null || Array.isArray(value) || isMap(value)) return undefined;
  return String(value);
}

function replaced(text: string, from: string, to: string, meter: Meter): string {
  const times = from === '' ? text.length + 1 : text.split(from).length - 1;
  meter.spend(times);
  meter.text(text.length + times * to.length);
  return text.replaceAll(from, () => to);
}

function split(text: string, separator: string, limit: Value | undefined, meter: Meter): string[] {
  meter.text(text.length);
  meter.spend((text.length * separator.length) >> 10);
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  meter.spend(parts.length);
  const most = limit === undefined ? -1 : Number(limit);
  if (most < 0 || parts.length <= most) return parts;
  return most === 0 ? [] : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function join(list: Value[], separator: string, meter: Meter): string {
  const parts = list.map((part) => {
    if (typeof part !== 'string') throw new NoValue(`join needs a list of strings; it holds a ${typeOf(part)}`);
    meter.spend(1);
    meter.text(part.length + separator.length);
    return part;
  });
  return parts.join(separator);
}

/** Places in a text count code points. A text of the basic plane is used as it is. */
const pointsOf = (text: string): string | string[] => (/[\ud800-\udfff]/.test(text) ? Array.from(text) : text);

function indexOf(
  text: Value | undefined,
  part: Value | undefined,
  from: Value | undefined,
  meter: Meter,
  which: 'first' | 'last',
): Value | undefined {
  if (typeof text !== 'string' || typeof part !== 'string' || !(from === undefined || isInt(from))) return undefined;
  meter.text(text.length);
  meter.spend((text.length * part.length) >> 10);
  const { length } = pointsOf(text);
  const start = from === undefined ? (which === 'first' ? 0 : length) : Number(from);
  if (start < 0 || start > length) throw new NoValue(`the index ${start} lies outside of the text`);
  if (part === '') return BigInt(start);
  const unit = slice(text, 0, start).length;
  const found = which === 'first' ? text.indexOf(part, unit) : text.lastIndexOf(part, unit);
  return found === -1 ? -1n : BigInt(pointsOf(text.slice(0, found)).length);
}

function substring(text: string, from: number, to: number | undefined, meter: Meter): string {
  meter.text(text.length);
  const end = to ?? pointsOf(text).length;
  if (from < 0 || end > pointsOf(text).length || from > end)
    throw new NoValue(`there is no substring from ${from} to ${end}`);
  return slice(text, from, end);
}

function slice(text: string, from: number, to: number): string {
  const points = pointsOf(text);
  return typeof points === 'string' ? points.slice(from, to) : points.slice(from, to).join('');
}

const isInt = (value: Value | undefined): value is bigint | number =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);

function fail(message: string): never {
  throw new NoValue(message);
}
