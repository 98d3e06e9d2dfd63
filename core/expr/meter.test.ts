import type { Json } from '../json.js';
import { MAX_INLINE_STEPS } from '../limits.js';
import { Exhausted } from './errors.js';
import { evaluateExpression, evaluateTemplate, Meter } from './index.js';
import type { Scope } from './scope.js';

const scopeOf = (input: Json): Scope => ({
  input,
  nodes: {},
  run: { id: 'r', workflow: 'w', version: 1, started_at: '2026-01-01T00:00:00Z', starter: 'key:a', metadata: {} },
});

/** A meter that tells how much was paid. */
class Counting extends Meter {
  spent = 0;
  override spend(steps: number): void {
    super.spend(steps);
    this.spent += steps;
  }
}

function cost(expression: string, input: Json): number {
  const meter = new Counting(Number.MAX_SAFE_INTEGER);
  evaluateExpression(expression, scopeOf(input), meter);
  return meter.spent;
}

const inputOf = (n: number): Json => ({
  list: Array.from({ length: n }, (_, i) => i),
  same: Array.from({ length: n }, (_, i) => i),
  words: Array.from({ length: n }, (_, i) => `word ${i}`),
  text: 'ab '.repeat(n),
  copy: 'ab '.repeat(n),
  map: Object.fromEntries(Array.from({ length: n }, (_, i) => [`key${i}`, i])),
  like: Object.fromEntries(Array.from({ length: n }, (_, i) => [`key${i}`, i])),
});

// Whatever takes time by its data pays by its data: twice the data, about twice the steps.
test.each([
  'input.list.all(x, x >= 0)',
  'input.list.exists(x, x < 0)',
  'input.list.exists_one(x, x == 1.0)',
  'input.list.filter(x, true).size()',
  'input.list.map(x, x).size()',
  'input.list.map(x, true, x).size()',
  'input.map.all(k, true)',
  'input.list == input.same',
  'input.map == input.like',
  '-1.0 in input.list',
  'size(input.list + input.same)',
  'size(input.text + input.copy)',
  'size(input.text)',
  'input.text < input.copy',
  'input.text.contains("zz")',
  'input.text.indexOf("zz")',
  'input.text.lastIndexOf("zz")',
  'size(input.text.substring(1))',
  'size(input.text.split(" "))',
  'size(input.text.split(""))',
  'size(input.text.replace("a", "bbbb"))',
  'size(input.text.lowerAscii())',
  'size(input.text.upperAscii())',
  'size(input.text.trim())',
  'size(input.text.charAt(1))',
  'size(string(input.text))',
  'size(input.words.join(", "))',
  'input.list',
  'input.map',
  'input.text',
])('%s pays by its data', (expression) => {
  const [small, large] = [cost(expression, inputOf(2_000)), cost(expression, inputOf(4_000))];
  expect(large / small).toBeGreaterThan(1.6);
  expect(small).toBeGreaterThanOrEqual(2_000 / 16);
});

test('a search pays for the worst case of its two texts', () => {
  const input = { text: 'a'.repeat(10_000), part: `${'a'.repeat(5_000)}b` };
  expect(cost('input.text.contains(input.part)', input)).toBeGreaterThan((10_000 * 5_000) / 1_100);
});

const BIG = { list: Array.from({ length: 8_000 }, (_, i) => i), text: 'a'.repeat(16_000) };

// Each of these would hold a thread for seconds to hours.
const HOSTILE = [
  'input.list.all(x, input.list.all(y, x + y >= 0.0))',
  'input.list.map(x, input.list)', // 64 million numbers in the answer
  'input.list.map(x, input.text).join("")', // a text of 128 MB
  'input.text.replace("a", input.text)',
  `cel.bind(a, input.text + input.text, ${'cel.bind(a, a + a, '.repeat(14)}size(a)${')'.repeat(15)}`,
  `cel.bind(a, input.list + input.list, ${'cel.bind(a, a + a, '.repeat(14)}size(a)${')'.repeat(15)}`,
  'input.list.exists(x, input.list.exists(y, y.absent))', // errors are absorbed one by one
  'input.list.all(x, input.list.exists(y, y == -1.0) || true)',
  'input.list.filter(x, x in input.list).size() == 0',
  'input.list.all(x, input.list != input.list + [x])',
];

test.each(HOSTILE.map((text) => [text.slice(0, 60), text]))('%s ends early', (_short, expression) => {
  const meter = new Counting(1_000_000);
  expect(() => evaluateExpression(expression!, scopeOf(BIG), meter)).toThrow(
    expect.objectContaining({ code: 'EXPRESSION_LIMIT', cause: expect.any(Exhausted) as Exhausted }) as Error,
  );
  expect(meter.spent).toBeLessThanOrEqual(1_000_000); // what is too much is refused before it is done
});

test('no operator absorbs it: the answer is never made of an evaluation that ran out', () => {
  const heavy = 'input.list.all(x, true)';
  for (const text of [`${heavy} || true`, `false && true || ${heavy}`, `[1].exists(x, ${heavy})`, `${heavy} ? 1 : 2`])
    expect(() => evaluateExpression(text, scopeOf(BIG), new Meter(10_000))).toThrow('more steps');
});

test('a meter within another spends of both', () => {
  const whole = new Meter(100);
  whole.within(60).spend(50);
  expect(() => whole.within(60).spend(55)).toThrow(Exhausted); // of the whole
  expect(() => new Meter(100).within(10).spend(11)).toThrow(Exhausted); // of the part
});

test('one meter serves all expressions of a template', () => {
  const template = Array.from({ length: 50 }, () => '${ input.list.all(x, x >= 0.0) }');
  expect(() => evaluateTemplate(template, scopeOf(BIG), new Meter(MAX_INLINE_STEPS))).toThrow('more steps');
});
