import { useSyncExternalStore } from 'react';

/** Times are shown in one zone, the reader's own unless they chose UTC; the other is in the tooltip. */
export type Zone = 'local' | 'utc';
const KEY = 'heddle.zone';
const listeners = new Set<() => void>();
let zone: Zone = readZone();

function readZone(): Zone {
  try {
    return localStorage.getItem(KEY) === 'utc' ? 'utc' : 'local';
  } catch {
    return 'local'; // no storage allowed
  }
}

export function setZone(next: Zone): void {
  zone = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // It holds until the page is left.
  }
  for (const tell of listeners) tell();
}

export const useZone = (): Zone =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => zone,
  );

const timeZoneOf = (in_: Zone): string | undefined => (in_ === 'utc' ? 'UTC' : undefined);
/** Formats are dear to make, and lists ask for many. */
const kept = new Map<string, Intl.DateTimeFormat>();
function format(name: string, locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const known = kept.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  kept.set(name, made);
  return made;
}
const full = (in_: Zone) =>
  format(`full ${in_}`, undefined, {
    ...{ year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    ...{ hourCycle: 'h23', timeZoneName: 'short', timeZone: timeZoneOf(in_) },
  });

/** `27 Nov 2026, 14:03:05 UTC`, by the reader's language. */
export const fullTime = (iso: string, in_: Zone): string => full(in_).format(new Date(iso));

/** Without the date when it is of today, without the year when it is of this year. */
export function shortTime(iso: string, in_: Zone, now = new Date()): string {
  const at = new Date(iso);
  const day = format(`day ${in_}`, 'en-CA', { timeZone: timeZoneOf(in_) });
  const [then, today] = [day.format(at), day.format(now)];
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const date = { month: 'short', day: 'numeric' } as const;
  const year = then.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: 'numeric' } as const);
  const name = then === today ? 'time' : 'year' in year ? 'date' : 'day and time';
  return format(`${name} ${in_}`, undefined, {
    ...{ timeZone: timeZoneOf(in_) },
    ...(then === today ? time : { ...date, ...year, ...time }),
  }).format(at);
}

/** A sentence of the API with the times in it as the reader has them: `due at 2026-03-10T12:00:00Z` → `due at 12:00:00`. */
export const withTimes = (sentence: string, in_: Zone, now = new Date()): string =>
  sentence.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (iso) => shortTime(iso, in_, now));

const clock = (in_: Zone) =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
    ...{ hourCycle: 'h23', timeZone: timeZoneOf(in_) },
  } as Intl.DateTimeFormatOptions);
const clocks: Record<Zone, Intl.DateTimeFormat> = { local: clock('local'), utc: clock('utc') };

/** `14:03:05.123`, for what stands close together. */
export const clockTime = (iso: string, in_: Zone): string => clocks[in_].format(new Date(iso));

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `in 3 hours`, `2 minutes ago`; `just now` within five seconds. What is past is told in whole units, as `duration` tells the same age. */
export function relativeTime(iso: string, now = Date.now()): string {
  const ms = Date.parse(iso) - now;
  if (Math.abs(ms) < 5000) return 'just now';
  const s = Math.round(Math.abs(ms) / 1000);
  const [unit, size] = UNITS.find(([, each]) => s >= each) ?? UNITS[3];
  const count = ms < 0 ? -Math.floor(s / size) : Math.round(s / size);
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(count, unit);
}

/** `340 ms`, `4.2 s`, `3 m 05 s`, `2 h 14 m`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 60) return `${whole} s`;
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} m`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}
