import {
  freshIn,
  freshInWords,
  leftIn,
  pageAt,
  refreshed,
  type RowPage,
  rowsOf,
  type RunSummary,
  withFates,
} from './rows.js';

/** Runs of minutes: `9` is newer than `8`. */
const run = (minute: number, status = 'running'): RunSummary =>
  ({
    id: `run_${minute}`,
    created_at: `2026-03-10T12:0${minute}:00.000Z`,
    status,
    started_at: null,
    finished_at: null,
  }) as RunSummary;
const page = (runs: RunSummary[], next: string | null = 'next'): RowPage => ({ items: runs, next_cursor: next });
const told = (pages: RowPage[]) =>
  rowsOf(pages).map(({ id, status, gone }) => `${id.slice(4)} ${gone ? 'gone' : status}`);

const PAGES = [page([run(9), run(8)]), page([run(7), run(6)])];

test.each<[string, RowPage, RunSummary | undefined, string[]]>([
  [
    'another status is taken over',
    page([run(9, 'completed'), run(8)]),
    undefined,
    ['9 completed', '8 running', '7 running', '6 running'],
  ],
  [
    'a new one moves nothing',
    page([{ ...run(9), id: 'run_new', created_at: '2026-03-10T12:09:30.000Z' }, run(9)]),
    undefined,
    ['9 running', '8 running', '7 running', '6 running'],
  ],
  [
    'what is not there any more is marked',
    page([run(9), run(7)]),
    undefined,
    ['9 running', '8 gone', '7 running', '6 running'],
  ],
  [
    'what lies behind the page was not looked at',
    page([run(9)]),
    undefined,
    ['9 running', '8 running', '7 running', '6 running'],
  ],
  ['a last page has looked at all', page([run(9)], null), undefined, ['9 running', '8 gone', '7 gone', '6 gone']],
  [
    'a page further down says nothing of what stands above',
    page([run(6, 'failed')], null),
    run(8),
    ['9 running', '8 running', '7 gone', '6 failed'],
  ],
  [
    'a page without rows that is not the last says nothing',
    page([]),
    undefined,
    ['9 running', '8 running', '7 running', '6 running'],
  ],
])('%s', (_, read, after, rows) => expect(told(refreshed(PAGES, read, after))).toEqual(rows));

test('what has not changed is the same thing, so that it is not drawn again', () => {
  const again = refreshed(PAGES, page([run(9), run(8)]));
  expect(again[0]).toBe(PAGES[0]);
  expect(again[1]).toBe(PAGES[1]);
});

test('a run that was gone and is of the list again is one of it', () => {
  const gone = refreshed(PAGES, page([run(9), run(7)]));
  expect(told(refreshed(gone, page([run(9), run(8)])))[1]).toBe('8 running');
});

test('a run that stands on two pages is there once', () =>
  expect(told([page([run(9), run(8)]), page([run(8), run(7)])])).toHaveLength(3));

test.each<[string, RowPage[], RowPage, [number, boolean]]>([
  ['one', [page([run(8)])], page([run(9), run(8)]), [1, false]],
  ['none', [page([run(8)])], page([run(8)]), [0, false]],
  ['a page full of them', [page([run(5)])], page([run(9), run(8)]), [2, true]],
  ['all, where there was none', [page([], null)], page([run(9)], null), [1, false]],
])('of new runs there is %s', (_, pages, head, [count, more]) => {
  const fresh = freshIn(pages, head);
  expect([fresh.runs.length, fresh.more]).toEqual([count, more]);
});

test('of two at the same moment the one with the greater id is newer', () => {
  const older = { ...run(9), id: 'run_a' };
  const newer = { ...run(9), id: 'run_b' };
  expect(freshIn([page([older])], page([newer, older])).runs).toEqual([newer]);
  expect(freshIn([page([newer])], page([newer, older])).runs).toEqual([]);
});

test.each([
  [1, false, '1 new run'],
  [3, false, '3 new runs'],
  [50, true, 'More than 50 new runs'],
])('%d, more: %s', (count, more, words) => expect(freshInWords(count, more)).toBe(words));

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [99, 1],
])('row %d stands on page %d', (index, at) => expect(pageAt(PAGES, index)).toBe(at));

test('of a run that has left the list it is asked once what became of it, and it stays where it stands', () => {
  const gone = refreshed(PAGES, page([run(9), run(7)]));
  expect(leftIn(gone, PAGES, 10).map(({ id }) => id)).toEqual(['run_8']);
  expect(leftIn(gone, gone, 10)).toEqual([]);
  const rows = rowsOf(withFates(gone, [run(8, 'completed')]));
  expect(rows[1]).toMatchObject({ id: 'run_8', status: 'completed', gone: true });
  expect(rows[0]).toBe(rowsOf(gone)[0]);
});
