import { changed, isFiltered, keyOf, listQueryOf, normal, type RunsSearch, toggled } from './filters.js';

const NOW = Date.parse('2026-03-10T12:00:00Z');

test.each<[string, RunsSearch, object]>([
  ['nothing', {}, {}],
  ['statuses', { status: ['held', 'failed'] }, { status: 'held,failed' }],
  ['a status that there is not', { status: ['odd', 'toString'] }, {}],
  ['a workflow and its version', { workflow: 'pay', version: 3 }, { workflow: 'pay', version: 3 }],
  ['a version of no workflow', { version: 3 }, {}],
  ['words', { q: '  ann ' }, { q: 'ann' }],
  ['a preset, counted from now', { since: '24h' }, { since: '2026-03-09T12:00:00.000Z' }],
  [
    'a range with a zone',
    { since: '2026-03-01T01:00:00+01:00', until: '2026-03-02T00:00:00Z' },
    { since: '2026-03-01T00:00:00.000Z', until: '2026-03-02T00:00:00.000Z' },
  ],
  ['a time that is none', { since: 'soon', until: '' }, {}],
  ['fields, with colons in the value', { field: ['order:a:b', 'Odd:1', 'none'] }, { field: ['order:a:b'] }],
])('%s', (_, search, query) => expect(listQueryOf(search, NOW)).toEqual(query));

test.each<[string, RunsSearch, RunsSearch]>([
  ['what says nothing goes', { status: [], field: [], q: '', workflow: undefined, version: 2 }, {}],
  ['order and repetition say nothing', { status: ['held', 'failed', 'held'] }, { status: ['failed', 'held'] }],
])('%s', (_, search, short) => expect(normal(search)).toEqual(short));

test('two of the same meaning have the same key, and only a filter is one', () => {
  expect(keyOf({ q: 'x', status: ['b', 'a'] })).toBe(keyOf({ status: ['a', 'b'], q: 'x' }));
  expect(isFiltered({ status: [], q: '' })).toBe(false);
  expect(isFiltered({ since: '1h' })).toBe(true);
});

test('a status is switched on and off, and what else is asked stays', () => {
  const on = toggled({ q: 'x' }, 'held');
  expect(on).toEqual({ q: 'x', status: ['held'] });
  expect(toggled(on, 'held')).toEqual({ q: 'x', status: [] });
});

test('a workflow that goes takes its version along', () =>
  expect(changed({ workflow: 'pay', version: 2, q: 'x' }, { workflow: undefined })).toEqual({ q: 'x' }));
