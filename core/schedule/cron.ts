interface Field {
  name: string;
  from: number;
  to: number;
  names?: readonly string[];
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of the week', from: 0, to: 7, names: DAYS }, // 0 and 7 are Sunday
];
const SHORTHANDS = ['@yearly', '@monthly', '@weekly', '@daily', '@hourly'];
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const PART = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/;

/**
 * What is wrong with a cron expression, in one sentence; undefined when it is right. Five fields (minute, hour, day of the month, month, day of
 * the week) or a shorthand such as `@daily`. Temporal reads expressions with a year or seconds too, but not as other schedulers do: what may mean
 * two things is refused. So every time of a cron expression is a full minute.
 */
export function cronProblem(text: string): string | undefined {
  const expression = text.trim().toLowerCase();
  if (expression.startsWith('@')) return shorthandProblem(expression);
  if (/^(cron_)?tz=/.test(expression)) return 'the time zone has a field of its own: time_zone';
  const given = expression.split(/\s+/);
  if (given.length !== FIELDS.length)
    return `it has ${given.length === 1 ? 'one field' : `${given.length} fields`}, not five: minute, hour, day of the month, month, day of the week`;
  const values: number[][] = [];
  for (const [i, field] of FIELDS.entries()) {
    const read = valuesOf(given[i]!, field);
    if (typeof read === 'string') return `${field.name} ${given[i]}: ${read}`;
    values.push(read);
  }
  const [, , days, months] = values;
  if (months!.every((month) => LONGEST[month - 1]! < days![0]!))
    return `it never comes: no such month has a day ${days![0]}`;
  return undefined;
}

function shorthandProblem(expression: string): string | undefined {
  if (SHORTHANDS.includes(expression)) return undefined;
  if (expression.startsWith('@every')) return 'an interval has a field of its own: intervals';
  return `the shorthands are ${SHORTHANDS.join(', ')}`;
}

/** The values that a field takes, in order; or what is wrong with it. */
function valuesOf(text: string, field: Field): number[] | string {
  const all = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(part, field);
    if (typeof range === 'string') return range;
    for (let value = range.first; value <= range.last; value += range.step) all.add(value);
  }
  return [...all].sort((a, b) => a - b);
}

function rangeOf(part: string, field: Field): { first: number; last: number; step: number } | string {
  const [, from, to, every] = PART.exec(part) ?? [];
  if (from === undefined || (from === '*' && to !== undefined))
    return 'it reads like *, 5, 1-5, */15 or 1,15, and nothing else';
  const step = every === undefined ? 1 : Number(every);
  if (step === 0) return 'a step is at least 1';
  const first = from === '*' ? field.from : valueOf(from, field);
  const last = to !== undefined ? valueOf(to, field) : from === '*' || every !== undefined ? field.to : first;
  if (first === undefined || last === undefined)
    return `it lies between ${field.from} and ${field.to}${namesOf(field)}`;
  if (last < first) return 'a range goes upward';
  return { first, last, step };
}

function valueOf(text: string, { from, to, names }: Field): number | undefined {
  const named = names?.indexOf(text) ?? -1;
  const value = named >= 0 ? named + from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

const namesOf = ({ names }: Field): string => (names ? `, or is ${names[0]} to ${names.at(-1)}` : '');
