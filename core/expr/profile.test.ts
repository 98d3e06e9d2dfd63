import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { LEFT_OUT } from './analyse.js';
import { ExpressionChecker } from './check.js';
import { isExpression, readExpression } from './engine.js';
import { isMacro } from './evaluate.js';
import { FUNCTIONS, METHODS } from './functions.js';
import { evaluateExpression } from './index.js';
import type { Scope } from './scope.js';
import { TypedNames } from './types.js';

const scopeOf = (input: Json, item: Partial<Scope> = {}): Scope => ({
  input,
  nodes: {},
  run: { id: 'r', workflow: 'w', version: 1, started_at: '2026-01-01T00:00:00Z', starter: 'key:a', metadata: {} },
  ...item,
});

const REFUSED: [string, string, number, string][] = [
  // expression                                  code                     at  why
  ['input.s.matches("a+")', 'NOT_ALLOWED', 8, 'some regular expressions take for ever'],
  ['bytes("a")', 'NOT_ALLOWED', 0, 'JSON has no bytes'],
  ['b"a" == b"a"', 'NOT_ALLOWED', 0, 'bytes and unsigned literals'],
  ['uint(1)', 'NOT_ALLOWED', 0, 'JSON has no unsigned numbers'],
  ['1 + 2u', 'NOT_ALLOWED', 4, 'bytes and unsigned literals'],
  ['type(1) == int', 'NOT_ALLOWED', 0, 'types are checked when the spec is compiled'],
  ['timestamp(run.started_at).getHours("Europe/Paris")', 'NOT_ALLOWED', 35, 'give an offset such as +02:00'],
  ['size(nodes) > 1', 'NOT_ALLOWED', 5, 'by their keys'],
  ['nodes[input.which].output', 'NOT_ALLOWED', 0, 'by their keys'],
  ['google.protobuf', 'UNKNOWN_NAME', 0, 'there is no google here'],
  ['cel', 'UNKNOWN_NAME', 0, 'there is no cel here'],
  ['int', 'UNKNOWN_NAME', 0, 'there is no int here'],
  ['inptu.x', 'UNKNOWN_NAME', 0, 'there is no inptu here'],
  ['input.s.startWith("a")', 'UNKNOWN_NAME', 8, 'there is no function startWith here'],
  ['input.s.constructor("a")', 'UNKNOWN_NAME', 8, 'there is no function constructor here'],
  ['toString()', 'UNKNOWN_NAME', 0, 'there is no function toString here'],
  ['[1].map(x, [1].map(y, [1].map(z, 1)))', 'EXPRESSION_TOO_COSTLY', 26, 'more than 2 deep'],
  [`${'1+'.repeat(300)}1`, 'EXPRESSION_TOO_COSTLY', 0, 'more than 500 parts'],
  [`${'('.repeat(50)}1${')'.repeat(50)}`, 'EXPRESSION_TOO_COSTLY', 40, 'more than 40 deep'],
  [`'${'a'.repeat(5_000)}'`, 'EXPRESSION_TOO_COSTLY', 0, '4096 are allowed'],
  ['!'.repeat(4_000), 'EXPRESSION_SYNTAX', 4_000, 'the expression ends too early'],
  ['1 +', 'EXPRESSION_SYNTAX', 3, 'ends too early'],
  ['input.', 'EXPRESSION_SYNTAX', 6, 'the expression ends where a name should follow'],
  ['(1 2)', 'EXPRESSION_SYNTAX', 3, ') should stand here, not a number'],
  ['1 + * 2', 'EXPRESSION_SYNTAX', 4, '* does not fit here'],
  ['', 'EXPRESSION_SYNTAX', 0, 'ends too early'],
];

test.each(REFUSED.map((row) => [row[0].slice(0, 60), ...row] as const))(
  '%s is refused',
  (_short, text, code, start, why) => {
    const found = readExpression(text);
    expect(isExpression(found)).toBe(false);
    expect(found).toMatchObject({ code, start, message: expect.stringContaining(why) as string });
    // What the compiler refuses, nothing evaluates, whoever made the plan.
    expect(() => evaluateExpression(text, scopeOf({}))).toThrow(Fault);
  },
);

test('macros one after the other are not inside one another', () => {
  const text = 'input.l.filter(x, x > 1.0).map(x, x * 2).filter(x, x < 9.0).exists(x, x == 4.0)';
  expect(evaluateExpression(text, scopeOf({ l: [1, 2, 3, 7] }))).toBe(true);
});

test.each([
  // JSON's numbers are doubles and literals are ints: they mix.
  ['input.n + 1', 4],
  ['1 + input.n', 4],
  ['input.n - 1', 2],
  ['input.n * 2', 6],
  ['input.n / 2', 1.5],
  ['input.n % 2', 1],
  ['7 / 2', 3],
  ['input.n == 3', true],
  ['input.n in [1, 2, 3]', true],
  ['input.n < 4 && input.n >= 3', true],
  ['9223372036854775807 > 9.0', true],
  ['"a" + "b"', 'ab'],
  ['input.l + ["x"]', ['a', 'b', 'x']],
  ['["x", 1] + [2.5]', ['x', 1, 2.5]],
  ['{"a": input.n, "b": [null]}', { a: 3, b: [null] }],
  ['{1: "a"}[1.0]', 'a'],
  ['input.l[input.n - 2]', 'b'],
  ['cel.bind(x, input.n + 1, x * x)', 16],
  ['input.absent || true', true],
  ['true || input.absent', true],
  ['input.l.exists(x, x.absent || x == "b")', true],
  ['has(input.absent) ? 1 : 2', 2],
  ['timestamp("2026-03-01T00:30:00+01:00")', '2026-02-28T23:30:00Z'],
  ['duration("90m")', '5400s'],
  ['timestamp("2026-03-01T00:00:00Z") - timestamp("2026-02-28T00:00:00Z")', '86400s'],
  ['timestamp("2026-02-28T23:30:00Z").getHours("+02:00")', 1],
  ['timestamp("2026-12-31T12:00:00Z").getDayOfYear()', 364],
  ['"a-b-c".replace("-", "+")', 'a+b+c'],
  ['"a$&b".replace("$&", "$$")', 'a$$b'],
  ['"😀x".size()', 2],
] as [string, Json][])('%s is %j', (text, expected) => {
  expect(evaluateExpression(text, scopeOf({ n: 3, l: ['a', 'b'] }))).toEqual(expected);
});

test.each([
  ['input.absent', 'there is no property absent'],
  ['input.nothing.x', 'a null has no property x'],
  ['input.constructor', 'there is no property constructor'],
  ['input.l[2]', 'there is no item 2: the list has 2'],
  ['input.l["length"]', 'the index of a list is a whole number'],
  ['input.n + "a"', 'there is no double + string'],
  ['1 / 0', 'division by zero'],
  ['9223372036854775807 + 1', 'too large for 64 bits'],
  ['9007199254740993', 'too large for a JSON number'],
  ['1.0 / 0.0', 'Infinity is not a JSON number'],
  ['input.n ? 1 : 2', 'expected a bool; found a double'],
  ['timestamp("2026-01-01T00:00:00")', 'is no RFC 3339 time'], // without an offset it is another time on another host
  ['timestamp("2026-02-30T00:00:00Z")', 'is no RFC 3339 time'],
  ['timestamp("Jan 1 2026 00:00 GMT")', 'is no RFC 3339 time'],
  ['timestamp(run.started_at).getHours(input.zone)', 'is no offset such as +02:00'],
  ['{"a": 1, "a": 2}', 'the key a stands twice'],
  ['item', 'there is no item here'],
])('%s has no value: %s', (text, why) => {
  const scope = scopeOf({ n: 3, l: ['a', 'b'], nothing: null, zone: 'Europe/Paris' });
  expect(() => evaluateExpression(text, scope)).toThrow(
    expect.objectContaining({ code: 'EXPRESSION_FAILED', message: expect.stringContaining(why) as string }) as Error,
  );
});

test('index is an int, as in CEL', () => {
  expect(evaluateExpression('index % 2 == 1 && item == "b"', scopeOf({}, { item: 'b', index: 3 }))).toBe(true);
});

test('what the checker knows, evaluation knows too, or the profile leaves it out by name', () => {
  const { functions } = new TypedNames({ input: {}, nodes: new Map() }).forNodes().getDefinitions();
  const bytesOnly = new Set(['json', 'hex', 'string', 'base64', 'at']);
  const optionals = new Set(['hasValue', 'value', 'none', 'of', 'or', 'orValue']);
  const unknown = functions.filter(({ name, receiverType }) => {
    const known = receiverType === null ? FUNCTIONS.has(name) || name === 'has' : METHODS.has(name) || isMacro(name);
    const bind = name === 'bind' && receiverType === 'CelNamespace';
    return !known && !bind && !(name in LEFT_OUT) && !bytesOnly.has(name) && !optionals.has(name);
  });
  expect(unknown.map(({ signature }) => signature)).toEqual([]);
});

test('a checker that fails by itself refuses nothing', () => {
  const checker = new ExpressionChecker({ input: {}, nodes: new Map() });
  expect(checker.check('[].all(x, x > 0)', { of: 'node' })).toEqual({ type: 'dyn', findings: [] });
});
