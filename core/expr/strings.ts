import { NoValue } from './errors.js';
import type { Meter } from './meter.js';
import { typeOf, type Value } from './values.js';

/** CEL's functions on texts. Places in a text count code points. What is read and made is paid for before it is made. */

/** A text of the basic plane is used as it is. */
const pointsOf = (text: string): string | string[] => (/[\ud800-\udfff]/.test(text) ? Array.from(text) : text);

/** A search may compare each place of the text with all of the part. */
function search(text: string, part: string, meter: Meter): void {
  meter.text(text.length + part.length);
  meter.spend((text.length * part.length) >> 10);
}

export function sizeOfText(text: string, meter: Meter): bigint {
  meter.text(text.length);
  return BigInt(pointsOf(text).length);
}

export function contains(text: string, part: string, meter: Meter): boolean {
  search(text, part, meter);
  return text.includes(part);
}

export function startsWith(text: string, part: string, meter: Meter): boolean {
  meter.text(part.length);
  return text.startsWith(part);
}

export function endsWith(text: string, part: string, meter: Meter): boolean {
  meter.text(part.length);
  return text.endsWith(part);
}

export function lowerAscii(text: string, meter: Meter): string {
  meter.text(text.length);
  return text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

export function upperAscii(text: string, meter: Meter): string {
  meter.text(text.length);
  return text.replace(/[a-z]+/g, (part) => part.toUpperCase());
}

/** What Unicode calls white space; JavaScript's own trim takes away a little less and a little more. */
const WHITE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function trim(text: string, meter: Meter): string {
  meter.text(text.length);
  let [start, end] = [0, text.length];
  while (start < end && WHITE.test(text[start]!)) start++;
  while (end > start && WHITE.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

export function replace(text: string, from: string, to: string, limit: number | undefined, meter: Meter): string {
  const parts = split(text, from, undefined, meter);
  const all = from === '' ? text.length + 1 : parts.length - 1;
  const times = limit === undefined || limit < 0 ? all : Math.min(limit, all);
  meter.text(text.length + times * to.length);
  if (from === '') return between(parts, to, times);
  return [...parts.slice(0, times), parts.slice(times).join(from)].join(to);
}

/** An empty text stands before each character and after the last. */
function between(characters: string[], to: string, times: number): string {
  const filled = characters.map((character, place) => (place < times ? to + character : character)).join('');
  return times > characters.length ? filled + to : filled;
}

export function split(text: string, separator: string, limit: number | undefined, meter: Meter): string[] {
  search(text, separator, meter);
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  meter.spend(parts.length);
  if (limit === undefined || limit < 0 || parts.length <= limit) return parts;
  return limit === 0 ? [] : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

export function join(list: Value[], separator: string, meter: Meter): string {
  const parts = list.map((part) => {
    if (typeof part !== 'string') throw new NoValue(`join needs a list of strings; it holds a ${typeOf(part)}`);
    meter.spend(1);
    meter.text(part.length + separator.length);
    return part;
  });
  return parts.join(separator);
}

export function indexOf(text: string, part: string, from: number | undefined, meter: Meter): bigint {
  search(text, part, meter);
  const start = from ?? 0;
  const unit = unitOf(text, start);
  return part === '' ? BigInt(start) : placeOf(text, text.indexOf(part, unit));
}

export function lastIndexOf(text: string, part: string, from: number | undefined, meter: Meter): bigint {
  search(text, part, meter);
  const start = from ?? pointsOf(text).length;
  const unit = unitOf(text, start);
  return part === '' ? BigInt(start) : placeOf(text, text.lastIndexOf(part, unit));
}

export function charAt(text: string, place: number, meter: Meter): string {
  meter.text(text.length);
  const end = pointsOf(text).length;
  return place === end ? '' : substring(text, place, place + 1, meter);
}

export function substring(text: string, from: number, to: number | undefined, meter: Meter): string {
  meter.text(text.length);
  const points = pointsOf(text);
  const end = to ?? points.length;
  if (from < 0 || end > points.length || from > end)
    throw new NoValue(`there is nothing from ${from} to ${end}: the text has ${points.length} characters`);
  return typeof points === 'string' ? points.slice(from, end) : points.slice(from, end).join('');
}

/** Where JavaScript's string has the code point. */
function unitOf(text: string, place: number): number {
  const points = pointsOf(text);
  if (place < 0 || place > points.length)
    throw new NoValue(`there is no place ${place}: the text has ${points.length} characters`);
  return typeof points === 'string' ? place : points.slice(0, place).join('').length;
}

const placeOf = (text: string, unit: number): bigint =>
  unit === -1 ? -1n : BigInt(pointsOf(text.slice(0, unit)).length);
