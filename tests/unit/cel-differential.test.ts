import { isCelError, isCelMap, run } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import fc from 'fast-check';
import { isExpression, parseExpression, readExpression } from '../../core/expr/engine.js';
import { NoValue } from '../../core/expr/errors.js';
import { evaluateAst } from '../../core/expr/evaluate.js';
import { Meter } from '../../core/expr/meter.js';
import { isMap, keysOf, lookUp, type Value } from '../../core/expr/values.js';
import type { Json } from '../../core/json.js';
import { celExpressions, celInputs } from '../support/cel-expressions.js';

/** One text for equal values of either side: an int is no double, and the order of a map's keys says nothing. */
function show(value: unknown, entries: (map: unknown) => [unknown, unknown][] | undefined): string {
  const inner = (part: unknown) => show(part, entries);
  if (typeof value === 'bigint') return `int ${value}`;
  if (typeof value === 'number') return `double ${Object.is(value, -0) ? 0 : value}`;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  const pairs = entries(value);
  if (pairs)
    return `{${pairs
      .map(([key, held]) => `${inner(key)}: ${inner(held)}`)
      .sort()
      .join(', ')}}`;
  return `[${[...(value as Iterable<unknown>)].map(inner).join(', ')}]`;
}

function ours(expression: string, input: Json): string {
  try {
    const value = evaluateAst(parseExpression(expression).ast, { input }, new Meter(10_000_000));
    return show(value, (map) =>
      isMap(map as Value) ? keysOf(map as never).map((key) => [key, lookUp(map as never, key)]) : undefined,
    );
  } catch (err) {
    if (err instanceof NoValue) return 'no value';
    throw err;
  }
}

function theirs(expression: string, input: Json): string {
  const value = run(expression, { input: input as never }, { funcs: strings as never });
  if (isCelError(value)) return 'no value';
  return show(value, (map) => (isCelMap(map) ? [...map.entries()] : undefined));
}

test('random expressions have the value that @bufbuild/cel gives them', () => {
  let withValue = 0;
  fc.assert(
    fc.property(celExpressions, celInputs, (expression, input) => {
      fc.pre(isExpression(readExpression(expression))); // else it is over the profile's limits
      const found = ours(expression, input);
      if (found !== 'no value') withValue++;
      expect(found).toBe(theirs(expression, input));
    }),
    { numRuns: 1_000 },
  );
  expect(withValue).toBeGreaterThan(300);
});
