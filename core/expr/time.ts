import { NoValue } from './errors.js';

/** Points in time and durations, in nanoseconds. Nothing here asks for a clock or a host's time zone. */
export class Timestamp {
  readonly ns: bigint;
  constructor(ns: bigint) {
    if (ns < EARLIEST || ns > LATEST) throw new NoValue('a timestamp lies between the years 1 and 9999');
    this.ns = ns;
  }

  toString(): string {
    const seconds = floorDiv(this.ns, SECOND);
    return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction(this.ns - seconds * SECOND)}Z`;
  }
}

export class Duration {
  readonly ns: bigint;
  constructor(ns: bigint) {
    if (ns < -LONGEST || ns > LONGEST) throw new NoValue('a duration is at most some 292 years');
    this.ns = ns;
  }

  toString(): string {
    const size = this.ns < 0n ? -this.ns : this.ns;
    return `${this.ns < 0n ? '-' : ''}${size / SECOND}${fraction(size % SECOND)}s`;
  }
}

const SECOND = 1_000_000_000n;
const EARLIEST = -62_135_596_800n * SECOND;
const LATEST = 253_402_300_800n * SECOND - 1n;
const LONGEST = 2n ** 63n - 1n;

const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));
const fraction = (ns: bigint): string => (ns === 0n ? '' : `.${String(ns).padStart(9, '0').replace(/0+$/, '')}`);

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time, and nothing else: other forms mean another time on another host. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = text.length <= 40 ? RFC3339.exec(text) : null;
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.toISOString().slice(0, 19) !== text.slice(0, 19)) return undefined;
  const offset = parseOffset(match[8]!);
  if (offset === undefined) return undefined;
  return new Timestamp(
    (BigInt(date.getTime() / 1000) - BigInt(offset * 60)) * SECOND + BigInt((match[7] ?? '').padEnd(9, '0')),
  );
}

export const timestampOfSeconds = (seconds: bigint): Timestamp => new Timestamp(seconds * SECOND);
export const secondsOf = ({ ns }: Timestamp): bigint => floorDiv(ns, SECOND);

/** Minutes east of UTC of `Z`, `UTC` or `+02:00`. Named zones are not known: their rules differ from host to host. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'UTC') return 0;
  const match = /^([+-]?)(\d\d):(\d\d)$/.exec(text);
  if (!match || Number(match[2]) > 23 || Number(match[3]) > 59) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

const UNITS: Record<string, bigint> = {
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: 1_000_000n,
  us: 1000n,
  µs: 1000n,
  ns: 1n,
};
const PART = /(\d+)?(?:\.(\d*))?(h|ms|m|s|us|µs|ns)/y;

/** A duration as Go writes it: `1h30m`, `-1.5s`. */
export function parseDuration(text: string): Duration | undefined {
  if (text.length > 64) return undefined;
  if (text === '0') return new Duration(0n);
  const sign = text.startsWith('-') ? -1n : 1n;
  let ns = 0n;
  PART.lastIndex = /^[+-]/.test(text) ? 1 : 0;
  if (PART.lastIndex === text.length) return undefined;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (!match || (match[1] ?? '') + (match[2] ?? '') === '') return undefined;
    const unit = UNITS[match[3]!]!;
    const digits = match[2] ?? '';
    ns += BigInt(match[1] ?? 0) * unit + (BigInt(digits || 0) * unit) / 10n ** BigInt(digits.length);
  }
  return new Duration(sign * ns);
}

type Field = (date: Date, ns: bigint) => number;
const DAY_MS = 86_400_000;

/** Parts of a timestamp, at an offset in minutes. */
export const TIMESTAMP_FIELDS: Record<string, Field> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - new Date(date.getTime()).setUTCMonth(0, 1)) / DAY_MS),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

export function timestampField(name: string, { ns }: Timestamp, offset: number): bigint {
  const ms = Number(floorDiv(ns, 1_000_000n)) + offset * 60_000;
  return BigInt(TIMESTAMP_FIELDS[name]!(new Date(ms), ns));
}

/** Whole hours, minutes and seconds of a duration; of its last second the milliseconds. */
export const DURATION_FIELDS: Record<string, (ns: bigint) => bigint> = {
  getHours: (ns) => ns / UNITS['h']!,
  getMinutes: (ns) => ns / UNITS['m']!,
  getSeconds: (ns) => ns / SECOND,
  getMilliseconds: (ns) => (ns % SECOND) / 1_000_000n,
};
