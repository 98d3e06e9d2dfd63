import fc from 'fast-check';
import { celExpressions } from '../../tests/support/cel-expressions.js';
import { isExpression, readExpression } from './engine.js';
import { sameExpression, sameText } from './same.js';

test.each<[string, string, boolean]>([
  ['input.a==1', ' input.a  ==  1 ', true],
  ["input.a == 'x'", 'input.a == "x"', true],
  ['input.a + input.b', 'input.a // the first\n + input.b', true],
  ['(input.a) + (input.b * 2)', 'input.a + input.b * 2', true],
  ['input.n - (1 - 2)', 'input.n - 1 - 2', false],
  ['input.n == 1', 'input.n == 1.0', false],
  ["input.n == '1'", 'input.n == 1', false],
  ['input.n == null', 'input.n == 1e999', false],
  ['input.a', 'input["a"]', false],
  ['input.a && input.b', 'input.b && input.a', false],
  ['input.a ==', 'input.a  ==', false], // no expression: as it is written
])('%s | %s: %s', (a, b, same) => {
  expect(sameExpression(a, b)).toBe(same);
  expect(sameText(`\${ ${a} }`, `\${${b}\n}`)).toBe(same);
});

test.each<[string, string, boolean]>([
  ['hello ${ input.a }!', 'hello ${input.a}!', true],
  ['hello ${ input.a }!', 'hello  ${ input.a }!', false],
  ['${ input.a }', '${ input.a } ', false],
  ['$${ input.a }', '$${input.a}', false],
  ['a', 'b', false],
  ['${ input.a', '${input.a', false],
])('%s | %s: %s', (a, b, same) => expect(sameText(a, b)).toBe(same));

test('blanks around and brackets about a whole expression never count', () => {
  const within = celExpressions.filter((text) => isExpression(readExpression(text))); // some nest too deep
  fc.assert(fc.property(within, (text) => expect(sameExpression(text, ` (\n${text}\n) `)).toBe(true)));
});
