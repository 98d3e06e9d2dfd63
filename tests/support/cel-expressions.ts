import fc from 'fast-check';
import type { Json } from '../../core/json.js';

/** What random expressions read: JSON, so all numbers are doubles. No text goes past the basic plane: there the oracle counts halves. */
export const celInputs: fc.Arbitrary<Record<string, Json>> = fc.record(
  {
    b: fc.boolean(),
    n: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    s: fc.oneof(fc.string({ maxLength: 6, unit: 'grapheme-ascii' }), fc.constantFrom('', 'abc', 'ÀB', 'a,b,,c')),
    nothing: fc.constant(null),
    words: fc.array(fc.constantFrom('', 'a', 'b', 'abc', 'é'), { maxLength: 4 }),
    numbers: fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 4 }),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  },
  { noNullPrototype: true },
);

const string = (text: string) => JSON.stringify(text);

/** Expressions that are well typed where their parts say so, and sometimes are not: then both sides should find no value. */
export const { any: celExpressions } = fc.letrec<Record<'bool' | 'int' | 'double' | 'string' | 'list' | 'any', string>>(
  (tie) => {
    const [b, i, d, s, l, any] = (['bool', 'int', 'double', 'string', 'list', 'any'] as const).map((kind) =>
      tie(kind),
    ) as [
      fc.Arbitrary<string>,
      fc.Arbitrary<string>,
      fc.Arbitrary<string>,
      fc.Arbitrary<string>,
      fc.Arbitrary<string>,
      fc.Arbitrary<string>,
    ];
    const of = (...parts: (string | fc.Arbitrary<string>)[]) =>
      fc
        .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
        .map((all) => all.join(''));
    const op = (...ops: string[]) => fc.constantFrom(...ops.map((each) => ` ${each} `));
    const small = { maxDepth: 4, depthSize: 'small' as const, withCrossShrink: true };
    return {
      bool: fc.oneof(
        small,
        fc.constantFrom('true', 'false', 'input.b', 'has(input.s)', 'has(input.map.a)'),
        of('(', i, op('==', '!=', '<', '<=', '>', '>='), i, ')'),
        of('(', d, op('==', '!=', '<', '<=', '>', '>='), d, ')'),
        of('(', i, op('<', '>=', '=='), d, ')'),
        of('(', s, op('==', '!=', '<', '<=', '>', '>='), s, ')'),
        of('(', b, op('&&', '||', '==', '!='), b, ')'),
        of('!', b),
        of('(', b, ' ? ', b, ' : ', b, ')'),
        of('(', s, ' in ', l, ')'),
        of('(', s, ' in input.map)'),
        of(s, fc.constantFrom('.startsWith(', '.endsWith(', '.contains('), s, ')'),
        of('(', l, op('==', '!='), l, ')'),
        of(l, fc.constantFrom('.all(x, ', '.exists(x, ', '.exists_one(x, '), b, ')'),
        of('input.numbers', fc.constantFrom('.all(', '.exists(', '.exists_one('), 'y, y ', op('<', '==', '>'), d, ')'),
        of('(dyn(', any, ') == dyn(', any, '))'),
      ),
      int: fc.oneof(
        small,
        fc.constantFrom('0', '1', '-2', '7', '9223372036854775807', '-9223372036854775808'),
        of('size(', s, ')'),
        of(l, '.size()'),
        of('(', i, op('+', '-', '*', '/', '%'), i, ')'),
        of('-', fc.constantFrom('(3)', 'size(input.words)')),
        of('int(', d, ')'),
        of('int(', fc.constantFrom('"1"', '"-7"', '"x"'), ')'),
        of(s, fc.constantFrom('.indexOf(', '.lastIndexOf('), s, ')'),
        of('(', b, ' ? ', i, ' : ', i, ')'),
      ),
      double: fc.oneof(
        small,
        fc.constantFrom('0.0', '1.5', '-2.25', '1e3', 'input.n', 'input.map.a', 'input.numbers[0]', 'input.missing'),
        of('(', d, op('+', '-', '*', '/'), d, ')'),
        of('double(', i, ')'),
        of('input.numbers[', i, ']'),
      ),
      string: fc.oneof(
        small,
        fc.constantFrom('""', "'a'", '"abc"', 'input.s', 'input.words[0]', 'r"\\d"', '"1"', '"-7"'),
        of('(', s, ' + ', s, ')'),
        of(s, fc.constantFrom('.lowerAscii()', '.upperAscii()', '.trim()')),
        of(s, '.substring(', i, ')'),
        of(s, '.substring(', i, ', ', i, ')'),
        of(s, '.replace(', fc.constantFrom('"a"', '"b"', '"ab"'), ', ', s, ')'),
        of(s, '.charAt(', i, ')'),
        of(l, '.join(', s, ')'),
        of('string(', fc.oneof(i, b, s), ')'),
        of(l, '[', i, ']'),
      ),
      list: fc.oneof(
        small,
        fc.constantFrom('input.words', '[]', '["a", "b"]'),
        of('[', s, ', ', s, ']'),
        of('(', l, ' + ', l, ')'),
        of(s, '.split(', s, ')'),
        of(l, '.filter(x, ', b, ')'),
        of(l, '.map(x, x + ', s, ')'),
        of(l, '.map(x, ', b, ', x)'),
      ),
      any: fc.oneof(
        small,
        b,
        i,
        d,
        s,
        l,
        fc.constantFrom('null', 'input.nothing', 'input.map', '{}', '{"a": 1}', '{1: "x", true: "y"}', '[1, 2.0, "3"]'),
        of('{', string('k'), ': ', i, '}'),
        of('duration("1h30m").', fc.constantFrom('getHours()', 'getMinutes()', 'getSeconds()')),
        of(
          'timestamp("2024-02-29T23:59:59.5Z").',
          fc.constantFrom(
            'getMonth()',
            'getDayOfYear()',
            'getDate()',
            'getDayOfWeek()',
            'getHours()',
            'getMilliseconds()',
            'getFullYear()',
          ),
        ),
        of('string(timestamp("2024-02-29T23:59:59Z") + duration("', fc.constantFrom('1s', '36h', '-1h'), '"))'),
      ),
    };
  },
);
