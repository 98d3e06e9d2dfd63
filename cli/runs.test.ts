import { commandLine } from '../tests/support/heddle.js';

test('runs: filters become a query, and an empty page is not the end', async () => {
  const wanted =
    '/workflow_runs?status=failed&workflow=flow&since=2026-01-01T00%3A00%3A00.000Z&field=customer%3Aa%3Db&field=express%3Atrue';
  const page = (cursor: string) => `GET ${wanted}${cursor}&limit=20&version=3`;
  const given = [
    '--status',
    'failed',
    '-w',
    'flow',
    '--workflow-version',
    '3',
    '--since',
    '2026-01-01',
    '-f',
    'customer=a=b',
    '-f',
    'express=true',
  ];
  const { out, code } = await commandLine(['runs', ...given], {
    [page('')]: { json: { items: [], next_cursor: 'c' } },
    [page('&cursor=c')]: { json: { items: [], next_cursor: null } },
  });
  expect([code, out]).toEqual([0, 'no runs']);
});

test.each([
  ['--since', 'yesterday'],
  ['--field', 'customer'],
  ['--workflow-version', 'x'],
])('runs: %s %s is refused', async (option, value) => {
  expect((await commandLine(['runs', option, value], {})).code).not.toBe(0);
});
