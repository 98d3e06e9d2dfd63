import type { Zone } from './time.js';

/** Of what a `datetime-local` input says, read in the zone; undefined when it is no time. */
export function isoOf(text: string, zone: Zone): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text)) return undefined;
  const at = new Date(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** What a `datetime-local` input shows of a time, to the minute, in the zone; empty when it is no time. */
export function inputOf(iso: string | undefined, zone: Zone): string {
  const at = new Date(iso ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return '';
  if (zone === 'utc') return at.toISOString().slice(0, 16);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
