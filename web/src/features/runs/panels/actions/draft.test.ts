import { type Draft, hasWork, wishOf } from './draft.js';
import type { ActName } from './offers.js';

const empty: Draft = {
  ...{ fresh: false, instead: 'as_is' as const, input: '', output: '', by: 'spec' as const, spec: 'name: a' },
  ...{ patch: '', version: '', from: '', nodes: [], inputs: {}, name: '', key: '', data: 'null', confirm: '' },
};

test.each<[ActName, Partial<Draft>, unknown]>([
  ['pause', {}, { wish: { do: 'pause' } }],
  ['pause_node', {}, { wish: { do: 'pause', node: 'web' } }],
  ['cancel', {}, { wish: { do: 'cancel' } }],
  ['retry', {}, { wish: { do: 'retry', node: 'web' } }],
  ['retry', { fresh: true }, { wish: { do: 'retry', node: 'web', fresh: true } }],
  ['retry', { instead: 'input', input: '{"a": 1}' }, { wish: { do: 'retry', node: 'web', input: { a: 1 } } }],
  ['retry', { instead: 'input', input: '{' }, { field: 'input', not: expect.stringContaining('no JSON') }],
  ['set_output', { output: 'null' }, { wish: { do: 'set_output', node: 'web', output: null } }],
  ['set_output', { output: ' ' }, { field: 'output', not: expect.stringContaining('JSON is expected') }],
  ['fork', {}, { field: null, not: expect.stringContaining('Choose the node') }],
  ['fork', { from: 'a' }, { wish: { do: 'fork', from: 'a' } }],
  ['fork', { from: 'a', instead: 'output', output: '7' }, { wish: { do: 'fork', from: 'a', output: 7 } }],
  ['fork_here', { from: 'a' }, { wish: { do: 'fork', from: 'web' } }],
  ['redrive', { fresh: true }, { wish: { do: 'redrive', fresh: true } }],
  ['redrive', { inputs: { a: '[1]' } }, { wish: { do: 'redrive', inputs: { a: [1] } } }],
  ['redrive', { inputs: { a: 'x' } }, { field: 'inputs', not: expect.stringContaining('The input of a') }],
  ['amend', {}, { field: null, not: 'Change the spec.' }],
  ['amend', { spec: 'name: b' }, { wish: { do: 'amend', by: { spec: 'name: b' } } }],
  ['amend', { by: 'version', version: '3' }, { wish: { do: 'amend', by: { version: 3 } } }],
  ['amend', { by: 'version', version: 'x' }, { field: 'version', not: expect.any(String) }],
  [
    'amend',
    { by: 'patch', patch: 'nodes: { a: null }' },
    { wish: { do: 'amend', by: { patch: { nodes: { a: null } } } } },
  ],
  ['amend', { by: 'patch', patch: '- a' }, { field: 'patch', not: expect.stringContaining('A patch has nodes') }],
  ['event', {}, { field: null, not: 'Name the event.' }],
  ['event', { name: 'paid', key: '7' }, { wish: { do: 'event', name: 'paid', key: '7', data: null } }],
  ['terminate', { confirm: 'yes' }, { field: null, not: 'Type terminate to go on.' }],
  ['terminate', { confirm: 'terminate' }, { wish: { do: 'terminate' } }],
])('%s with %j', (act, more, expected) => {
  expect(wishOf({ act, node: 'web' }, { ...empty, ...more }, { spec: 'name: a', completed: false })).toEqual(expected);
});

test('of a run that completed, the failed nodes that are to run again are named', () => {
  const was = { spec: '', completed: true };
  expect(wishOf({ act: 'redrive' }, empty, was)).toMatchObject({ field: null });
  expect(wishOf({ act: 'redrive' }, { ...empty, nodes: ['a'] }, was)).toEqual({
    wish: { do: 'redrive', nodes: ['a'] },
  });
});

test.each<[Partial<Draft>, boolean]>([
  [{}, false],
  [{ by: 'patch', fresh: true, confirm: 'term', version: '3', nodes: ['a'] }, false],
  [{ spec: 'name: b' }, true],
  [{ patch: 'nodes: {}' }, true],
  [{ data: '{}' }, true],
  [{ inputs: { a: '1' } }, true],
])('%j is work that would be lost: %s', (more, is) => expect(hasWork({ ...empty, ...more }, empty)).toBe(is));
