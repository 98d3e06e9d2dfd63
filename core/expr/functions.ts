import { NoValue } from './errors.js';
import type { Meter } from './meter.js';
import { int } from './operators.js';
import * as strings from './strings.js';
import { type Fn, takes } from './takes.js';
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
import { isMap, sizeOfMap, type Value } from './values.js';

/** All that a call may name, but for the macros. What is not here does not exist: expressions are allow-listed. */
export const FUNCTIONS: ReadonlyMap<string, Fn> = table({
  dyn: takes(['any'], (value) => value),
  size: takes(['any'], size),
  bool: takes(['any'], toBool),
  int: takes(['any'], toInt),
  double: takes(['any'], toDouble),
  string: takes(['any'], toString),
  timestamp: takes(['any'], toTimestamp),
  duration: takes(['any'], toDuration),
});

export const METHODS: ReadonlyMap<string, Fn> = table({
  size: takes(['any'], size),
  startsWith: takes(['string', 'string'], strings.startsWith),
  endsWith: takes(['string', 'string'], strings.endsWith),
  contains: takes(['string', 'string'], strings.contains),
  lowerAscii: takes(['string'], strings.lowerAscii),
  upperAscii: takes(['string'], strings.upperAscii),
  trim: takes(['string'], strings.trim),
  replace: takes(['string', 'string', 'string', 'int?'], strings.replace),
  split: takes(['string', 'string', 'int?'], strings.split),
  join: takes(['list', 'string?'], (list, separator, meter) => strings.join(list, separator ?? '', meter)),
  indexOf: takes(['string', 'string', 'int?'], strings.indexOf),
  lastIndexOf: takes(['string', 'string', 'int?'], strings.lastIndexOf),
  charAt: takes(['string', 'int'], strings.charAt),
  substring: takes(['string', 'int', 'int?'], strings.substring),
  ...Object.fromEntries(
    [...Object.keys(TIMESTAMP_FIELDS), ...Object.keys(DURATION_FIELDS)].map((name) => [name, field(name)]),
  ),
});

function table(functions: Record<string, Fn>): ReadonlyMap<string, Fn> {
  return new Map(Object.entries(functions));
}

/** A part of a timestamp, at an offset from UTC or in UTC, or of a duration. */
function field(name: string): Fn {
  return takes(['any', 'string?'], (value, zone, meter) => {
    meter.spend(20);
    if (value instanceof Duration && zone === undefined) return DURATION_FIELDS[name]?.(value.ns);
    if (!(value instanceof Timestamp) || !(name in TIMESTAMP_FIELDS)) return undefined;
    const offset = zone === undefined ? 0 : parseOffset(zone);
    if (offset === undefined) throw new NoValue(`the time zone ${quote(zone!)} is no offset such as +02:00`);
    return timestampField(name, value, offset);
  });
}

function size(value: Value, meter: Meter): bigint | undefined {
  if (typeof value === 'string') return strings.sizeOfText(value, meter);
  if (Array.isArray(value)) return BigInt(value.length);
  return isMap(value) ? BigInt(sizeOfMap(value)) : undefined;
}

const TRUE = new Set(['1', 't', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'false', 'FALSE', 'False']);

function toBool(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  return TRUE.has(value) || (FALSE.has(value) ? false : no('bool', value));
}

function toInt(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    if (!(Math.abs(value) < 2 ** 63)) throw new NoValue(`${value} is no int`);
    return BigInt(Math.trunc(value));
  }
  if (typeof value === 'string')
    return /^[+-]?\d{1,19}$/.test(value) ? int(BigInt(value.replace('+', ''))) : no('int', value);
  return value instanceof Timestamp ? secondsOf(value) : undefined;
}

const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function toDouble(value: Value): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return undefined;
  if (/^[+-]?inf(?:inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(value)) return Number.NaN;
  return value.length <= 400 && DOUBLE.test(value) ? Number(value) : no('double', value);
}

function toString(value: Value, meter: Meter): string | undefined {
  if (typeof value === 'string') meter.text(value.length);
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return value === null || Array.isArray(value) || isMap(value) ? undefined : String(value);
}

function toTimestamp(value: Value, meter: Meter): Timestamp | undefined {
  meter.spend(100);
  if (value instanceof Timestamp) return value;
  if (typeof value === 'string') return parseTimestamp(value) ?? no('RFC 3339 time', value);
  return typeof value === 'bigint' ? timestampOfSeconds(value) : undefined;
}

function toDuration(value: Value, meter: Meter): Duration | undefined {
  meter.spend(100);
  if (value instanceof Duration) return value;
  return typeof value === 'string' ? (parseDuration(value) ?? no('duration', value)) : undefined;
}

const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);

function no(what: string, found: string): never {
  throw new NoValue(`${quote(found)} is no ${what}`);
}
