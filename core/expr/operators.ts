import { NoValue } from './errors.js';
import type { Meter } from './meter.js';
import { Duration, Timestamp } from './time.js';
import { isMap, keysOf, lookUp, sizeOfMap, typeOf, type Value } from './values.js';

/** The profile's operators. Ints are 64 bits wide; JSON's numbers are doubles, and the two mix. */
export function binary(op: string, left: Value, right: Value, meter: Meter): Value {
  switch (op) {
    case '==':
      return equal(left, right, meter);
    case '!=':
      return !equal(left, right, meter);
    case 'in':
      return contains(right, left, meter);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return holds(op, compare(op, left, right, meter));
    default:
      return arithmetic(op, left, right, meter);
  }
}

/** Values of different types are unlike, but for numbers: `1 == 1.0`. */
export function equal(a: Value, b: Value, meter: Meter): boolean {
  meter.spend(1);
  if (a === b) return true;
  if (typeof a === 'string' || typeof a === 'boolean' || a === null) return false;
  if (isNumber(a)) return isNumber(b) && Number(a) === Number(b) && typeof a !== typeof b;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.ns === b.ns;
  if (a instanceof Duration) return b instanceof Duration && a.ns === b.ns;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]!, meter));
  if (!isMap(b) || sizeOfMap(a) !== sizeOfMap(b)) return false;
  for (const key of keysOf(a)) {
    const other = lookUp(b, key);
    if (other === undefined || !equal(lookUp(a, key)!, other, meter)) return false;
  }
  return true;
}

function contains(holder: Value, member: Value, meter: Meter): boolean {
  if (Array.isArray(holder)) return holder.some((item) => equal(item, member, meter));
  if (isMap(holder)) return lookUp(holder, member) !== undefined;
  throw new NoValue(`in needs a list or a map, not ${typeOf(holder)}`);
}

const holds = (op: string, order: number): boolean =>
  op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;

/** Below, at or above 0, as for sorting; NaN when the two have no order. */
function compare(op: string, a: Value, b: Value, meter: Meter): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  if (typeof a === 'string' && typeof b === 'string') {
    meter.text(Math.min(a.length, b.length));
    return compareText(a, b);
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration))
    return a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0;
  return refuse(op, a, b);
}

/** By code points: JavaScript's own order puts what lies beyond the basic plane before its last part. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function arithmetic(op: string, a: Value, b: Value, meter: Meter): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(ints(op, a, b));
  if (isNumber(a) && isNumber(b)) return doubles(op, Number(a), Number(b));
  if (op === '+' && typeof a === 'string' && typeof b === 'string') {
    meter.text(a.length + b.length);
    return a + b;
  }
  if (op === '+' && Array.isArray(a) && Array.isArray(b)) {
    meter.spend(a.length + b.length);
    return [...a, ...b];
  }
  return inTime(op, a, b) ?? refuse(op, a, b);
}

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

export function int(value: bigint): bigint {
  if (value < MIN_INT || value > MAX_INT) throw new NoValue('the int is too large for 64 bits');
  return value;
}

function ints(op: string, a: bigint, b: bigint): bigint {
  if (op === '+') return a + b;
  if (op === '-') return a - b;
  if (op === '*') return a * b;
  if (b === 0n) throw new NoValue(op === '/' ? 'division by zero' : 'modulus by zero');
  return op === '/' ? a / b : a % b;
}

function doubles(op: string, a: number, b: number): number {
  if (op === '+') return a + b;
  if (op === '-') return a - b;
  if (op === '*') return a * b;
  return op === '/' ? a / b : a % b;
}

function inTime(op: string, a: Value, b: Value): Value | undefined {
  if (op !== '+' && op !== '-') return undefined;
  const by = (delta: bigint): bigint => (op === '+' ? delta : -delta);
  if (a instanceof Timestamp && b instanceof Duration) return new Timestamp(a.ns + by(b.ns));
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ns + by(b.ns));
  if (op === '+' && a instanceof Duration && b instanceof Timestamp) return new Timestamp(a.ns + b.ns);
  if (op === '-' && a instanceof Timestamp && b instanceof Timestamp) return new Duration(a.ns - b.ns);
  return undefined;
}

const isNumber = (value: Value): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function refuse(op: string, a: Value, b: Value): never {
  throw new NoValue(`there is no ${typeOf(a)} ${op} ${typeOf(b)}`);
}
