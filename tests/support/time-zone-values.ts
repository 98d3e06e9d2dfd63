import { evaluateExpression } from '../../core/expr/index.js';

/** Prints what expressions on times are worth on this host. A test runs it under several time zones. */
const FIELDS = ['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getHours'];
const TIMES = ['2026-03-08T07:30:00Z', '2026-10-25T01:30:00+02:00', '2025-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z'];
const scope = {
  input: null,
  nodes: {},
  run: { id: 'r', workflow: 'w', version: 1, started_at: '2026-01-01T00:00:00Z', starter: 'key:a', metadata: {} },
};

const values = TIMES.map((time) => [
  ...FIELDS.map((field) => evaluateExpression(`timestamp("${time}").${field}()`, scope)),
  evaluateExpression(`timestamp("${time}").getHours("-03:30")`, scope),
  evaluateExpression(`string(timestamp("${time}") + duration("1h"))`, scope),
]);
console.log(JSON.stringify({ offset: new Date('2026-07-01').getTimezoneOffset(), values }));
