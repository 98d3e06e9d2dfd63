import {
  getConformanceSuite,
  type IncrementalTest,
  type IncrementalTestSuite,
} from '@bufbuild/cel-spec/testdata/tests.js';
import { type Any, anyUnpack, DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { ExpressionChecker } from '../../core/expr/check.js';
import { isExpression, readExpression } from '../../core/expr/engine.js';
import { NoValue } from '../../core/expr/errors.js';
import { evaluateAst } from '../../core/expr/evaluate.js';
import { Meter } from '../../core/expr/meter.js';
import { Duration, Timestamp } from '../../core/expr/time.js';
import { isMap, keysOf, lookUp, typeOf, type Value } from '../../core/expr/values.js';

type Case = IncrementalTest['original'];
type SpecValue = Extract<Case['resultMatcher'], { case: 'value' }>['value'];

/** Every case of cel-spec, by a name that is its own. */
export function celCases(): Map<string, Case> {
  const cases = new Map<string, Case>();
  const visit = ({ name, suites, tests }: IncrementalTestSuite, above: string) => {
    const here = above === '' ? name : `${above}/${name}`;
    for (const suite of suites) visit(suite, here);
    for (const { original, name: own } of tests) {
      let unique = `${here}/${own}`;
      for (let n = 2; cases.has(unique); n++) unique = `${here}/${own} (${n})`;
      cases.set(unique, original);
    }
  };
  for (const suite of getConformanceSuite().suites) visit(suite, '');
  return cases;
}

const checker = new ExpressionChecker({ input: {}, nodes: new Map() });

/** What is wrong with how our profile does the case; undefined when nothing is. */
export function failureOf({ expr, bindings, resultMatcher, disableCheck, checkOnly }: Case): string | undefined {
  const bound: string[] = [];
  for (const [name, { kind }] of Object.entries(bindings)) {
    if (kind.case !== 'value') return 'unknown values are left out';
    const literal = literalOf(kind.value);
    if (literal === undefined) return 'bound to what the profile leaves out';
    bound.push(`cel.bind(${name}, ${literal}, `);
  }
  const text = `${bound.join('')}${expr}${')'.repeat(bound.length)}`;
  const read = readExpression(text);
  const wantsError = resultMatcher.case === 'evalError' || resultMatcher.case === 'anyEvalErrors';
  if (!isExpression(read)) return wantsError ? undefined : `refused: ${read.message}`;
  if (!disableCheck) {
    const { findings } = checker.check(text, { of: 'node' });
    if (findings.length > 0) return wantsError ? undefined : `check: ${findings[0]!.message}`;
  }
  if (checkOnly) return undefined;
  let value: Value;
  try {
    value = evaluateAst(read.ast, {}, new Meter(1_000_000));
  } catch (err) {
    if (!(err instanceof NoValue)) throw err;
    return wantsError ? undefined : `no value: ${err.message}`;
  }
  if (wantsError) return `expected an error; found ${show(value)}`;
  const expected = resultMatcher.case === 'value' ? resultMatcher.value : trueValue;
  return matches(value, expected) ? undefined : `found ${show(value)}`;
}

const trueValue = { kind: { case: 'boolValue', value: true } } as SpecValue;

/** Equal in type, too: an int is no double. */
function matches(value: Value, { kind }: SpecValue): boolean {
  switch (kind.case) {
    case 'nullValue':
      return value === null;
    case 'boolValue':
    case 'stringValue':
    case 'int64Value':
      return value === kind.value;
    case 'doubleValue':
      return typeof value === 'number' && (value === kind.value || (Number.isNaN(value) && Number.isNaN(kind.value)));
    case 'listValue':
      return (
        Array.isArray(value) &&
        value.length === kind.value.values.length &&
        kind.value.values.every((item, index) => matches(value[index]!, item))
      );
    case 'mapValue':
      return (
        isMap(value) &&
        keysOf(value).length === kind.value.entries.length &&
        kind.value.entries.every((entry) => {
          const found = lookUp(value, scalarOf(entry.key!)!);
          return found !== undefined && matches(found, entry.value!);
        })
      );
    case 'objectValue':
      return isTimeOf(kind.value, value);
    default:
      return false;
  }
}

/** A timestamp or duration of the same nanoseconds. */
function isTimeOf(any: Any, value: Value): boolean {
  const time = anyUnpack(any, TimestampSchema) ?? anyUnpack(any, DurationSchema);
  if (!time || !(value instanceof Timestamp || value instanceof Duration)) return false;
  const type = value instanceof Timestamp ? 'google.protobuf.Timestamp' : 'google.protobuf.Duration';
  return time.$typeName === type && value.ns === time.seconds * 1_000_000_000n + BigInt(time.nanos);
}

function scalarOf({ kind }: SpecValue): string | bigint | boolean | undefined {
  return kind.case === 'stringValue' || kind.case === 'int64Value' || kind.case === 'boolValue'
    ? kind.value
    : undefined;
}

function literalOf({ kind }: SpecValue): string | undefined {
  switch (kind.case) {
    case 'nullValue':
      return 'null';
    case 'boolValue':
    case 'int64Value':
      return String(kind.value);
    case 'doubleValue':
      return Number.isFinite(kind.value) ? `double("${kind.value}")` : undefined;
    case 'stringValue':
      return JSON.stringify(kind.value);
    case 'listValue': {
      const items = kind.value.values.map(literalOf);
      return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
    }
    case 'mapValue': {
      const entries = kind.value.entries.map(({ key, value }) => [literalOf(key!), literalOf(value!)]);
      return entries.flat().includes(undefined) ? undefined : `{${entries.map((pair) => pair.join(': ')).join(', ')}}`;
    }
    case 'objectValue':
      return kind.value.typeUrl.endsWith('Duration') ? `duration("${durationOf(kind.value)}")` : undefined;
    default:
      return undefined;
  }
}

function durationOf(any: Any): string {
  const { seconds, nanos } = anyUnpack(any, DurationSchema)!;
  return `${seconds}.${String(nanos).padStart(9, '0')}s`;
}

function show(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (isMap(value))
    return `{${keysOf(value)
      .map((key) => `${show(key)}: ${show(lookUp(value, key)!)}`)
      .join(', ')}}`;
  return typeof value === 'string' ? JSON.stringify(value) : `${typeOf(value)} ${String(value)}`;
}
