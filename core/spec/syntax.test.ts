import { A, expectTold, spec, type Told } from '../../tests/support/marked.js';

// What the compiler says of text that it can not read, or that says a thing twice. `«` marks the place that it tells.

describe('syntax', () => {
  test.each<[string, string, Told[]]>([
    ['nothing at all', '«', [['WRONG_TYPE', '', 'expected an object; found null']]],
    ['a list', '«- a\n', [['WRONG_TYPE', '', 'expected an object; found ["a"]']]],
    ['a bracket that is not closed', 'name: [a\n«', [['SYNTAX', '', 'must be sufficiently indented and end with a ]']]],
    ['a tab for indentation', 'name: a\nnodes:\n«\t- a\n', [['SYNTAX', '', 'Tabs are not allowed as indentation']]],
    ['a tag that nobody knows', 'name: «!secret a\n', [['SYNTAX', '', 'Unresolved tag']]],
    ['two documents', `${spec(A)}«---\nname: b\n`, [['SYNTAX', '', 'a second document begins here']]],
    ['an alias of nothing', 'name: «*x\n', [['SYNTAX', '/name', 'there is no anchor &x before this']]],
    [
      'an alias inside itself',
      'name: a\nnodes: &n [«*n]\n',
      [['SYNTAX', '/nodes/0', 'stands inside what it stands for']],
    ],
    ['a key that is no text', 'name: a\n«[a]: b\n', [['SYNTAX', '', 'With stringKeys, all keys must be strings']]],
    [
      'a number that JSON has not',
      spec('  - { key: a, type: transform, config: { value: [«.inf] } }\n'),
      [['WRONG_TYPE', '/nodes/0/config/value/0', 'Infinity is not a number that JSON has']],
    ],
  ])('%s', (_name, text, told) => expectTold(text, told));

  test.each<[string, string, Told[]]>([
    ['nothing at all', '«', [['SYNTAX', '', 'expected a value; found the end of the text']]],
    ['a comma too many', '{"name": "a",«}', [['SYNTAX', '', 'expected a key in double quotes; found }']]],
    ['a comma too few', '{"name": "a" «"nodes": []}', [['SYNTAX', '', 'expected , or }; found "']]],
    ['no colon', '{"name" «"a"}', [['SYNTAX', '', 'expected : after the key']]],
    ['single quotes', "{«'name': 1}", [['SYNTAX', '', 'expected a key in double quotes']]],
    ['a word', '{"name": «nul}', [['SYNTAX', '', 'expected a value; found n']]],
    ['a string without an end', '{"name": «"a', [['SYNTAX', '', 'the string has no closing "']]],
    ['a line break in a string', '{"name": "a«\n"}', [['SYNTAX', '', 'must be escaped']]],
    ['an escape that is none', '{"name": "a«\\q"}', [['SYNTAX', '', 'an escape that JSON does not know']]],
    ['a comment', '{"name": "a" «// b\n}', [['SYNTAX', '', 'expected , or }']]],
    ['more after the end', '{} «{}', [['SYNTAX', '', 'the text goes on after the value']]],
    ['a leading zero', '{"a": 0«1}', [['SYNTAX', '', 'expected , or }; found 1']]],
  ])('JSON: %s', (_name, text, told) => expectTold(text, told, { format: 'json' }));
});

test.each<[string, string, Told[]]>([
  ['at the top', `name: demo\n«name: other\nnodes:\n${A}`, [['DUPLICATE_KEY', '/name', 'the key name stands twice']]],
  [
    'deep inside',
    spec('  - { key: a, type: transform, config: { value: { x: 1, «x: 2 } } }\n'),
    [['DUPLICATE_KEY', '/nodes/0/config/value/x', 'the key x stands twice']],
  ],
  [
    'and what else is wrong',
    `name: demo\n«name: other\n«extra: 1\nnodes:\n${A}`,
    [
      ['DUPLICATE_KEY', '/name', 'twice'],
      ['UNKNOWN_FIELD', '/extra', 'there is no field extra here'],
    ],
  ],
  [
    'a key that would be lost',
    spec('  - { key: a, type: transform, config: { value: { «__proto__: 1 } } }\n'),
    [['BAD_VALUE', '/nodes/0/config/value/__proto__', 'no key may be called __proto__']],
  ],
])('duplicate keys: %s', (_name, text, told) => expectTold(text, told));

test('duplicate keys: JSON tells, too', () => {
  const text =
    '{"name": "demo", "nodes": [{"key": "a", "type": "transform", "config": {"value": "\\": {"}, «"key": "b"}]}';
  expectTold(text, [['DUPLICATE_KEY', '/nodes/0/key', 'the key key stands twice']], { format: 'json' });
});
