import { act, renderHook } from '@testing-library/react';
import { MOST_SAVED, readSaved, type Saved, useSaved, withSaved } from './saved.js';

const one: Saved = { name: 'mine', search: { q: 'ann' } };

test.each([
  ['nothing', null, []],
  ['what was written', JSON.stringify([one]), [one]],
  ['no JSON', '{', []],
  ['no list', '{"a":1}', []],
  ['a list with other things in it', JSON.stringify([null, 1, { name: 1 }, one, { name: 'x' }]), [one]],
])('%s', (_, text, all) => expect(readSaved(text)).toEqual(all));

test('a filter of a name that there is takes its place, and is kept without what says nothing', () => {
  const two = withSaved([one], 'held', { status: ['held'], q: '' });
  expect(two).toEqual([one, { name: 'held', search: { status: ['held'] } }]);
  expect(withSaved(two!, 'mine', {})![0]).toEqual({ name: 'mine', search: {} });
});

test('there is an end to them', () => {
  const many = Array.from({ length: MOST_SAVED }, (_, i) => ({ ...one, name: `f${i}` }));
  expect(withSaved(many, 'more', {})).toBeUndefined();
  expect(withSaved(many, 'f0', {})).toHaveLength(MOST_SAVED);
});

test('each org has its own, and they are there when the page is opened again', () => {
  const first = renderHook(() => useSaved('a'));
  act(() => void first.result.current.put([one]));
  expect(first.result.current.saved).toEqual([one]);
  expect(renderHook(() => useSaved('a')).result.current.saved).toEqual([one]);
  expect(renderHook(() => useSaved('b')).result.current.saved).toEqual([]);
});
