import { readFileSync } from 'node:fs';
import { planOf } from '../../tests/support/plans.js';
import type { Join, PlanEdge } from '../spec/plan.js';
import { judgeJoin, losersOf, resolveEdge } from './edges.js';
import type { NodeStatus } from './outcome.js';

// The truth tables are those of the document, held against the code.
const doc = readFileSync(new URL('../../docs/joins.md', import.meta.url), 'utf8');

/** The rows of the document's table with these columns. */
function table(...columns: string[]): string[][] {
  const lines = doc.split('\n');
  const head = lines.indexOf(`| ${columns.join(' | ')} |`);
  if (head === -1) throw new Error(`docs/joins.md has no table of ${columns.join(', ')}`);
  const end = lines.findIndex((line, at) => at > head && !line.startsWith('|'));
  return lines.slice(head + 2, end).map((line) => line.slice(2, -2).split(' | '));
}

const edge = (on: string, condition?: string) =>
  ({ from: 0, to: 1, on, reads: [], ...(condition === undefined ? {} : { condition }) }) as PlanEdge;

const edgeRows = table('on', 'its node has', 'the edge is');

test.each(edgeRows)('an edge on %s whose node has %s: %s', (on, settled, expected) => {
  expect(resolveEdge(edge(on!), settled as NodeStatus)).toBe(expected!.replace(' ', '_'));
  if (expected === 'taken') expect(resolveEdge(edge(on!, 'true'), settled as NodeStatus)).toBe('ask');
  else expect(resolveEdge(edge(on!, 'true'), settled as NodeStatus)).toBe(expected!.replace(' ', '_'));
});

test('every kind of edge and every final status has its row', () => {
  const rows = ['success', 'failure', 'always'].flatMap((on) =>
    ['completed', 'failed', 'skipped', 'cancelled'].map((status) => `${on} ${status}`),
  );
  expect(edgeRows.map(([on, status]) => `${on} ${status}`)).toEqual(rows);
});

const joinRows = table('join', 'failed', 'taken', 'open', 'verdict');
const JOINS: [string, Join][] = [
  ['all', 'all'],
  ['any', 'any'],
  ['none_failed', 'none_failed'],
  ['{ n: 2 }', { n: 2 }],
];
const matches = (pattern: string, count: number) =>
  pattern === 'any' || (pattern.endsWith('+') ? count >= Number(pattern.slice(0, -1)) : count === Number(pattern));

test.each(JOINS)('join %s: each state of its edges has exactly one row, and the code says the same', (name, join) => {
  const counts = [0, 1, 2, 3];
  for (const failed of counts)
    for (const taken of counts)
      for (const open of counts) {
        const rows = joinRows.filter(
          ([of, f, t, o]) => of === name && matches(f!, failed) && matches(t!, taken) && matches(o!, open),
        );
        expect({ failed, taken, open, verdicts: rows.map((row) => row[4]) }).toEqual({
          failed,
          taken,
          open,
          verdicts: [judgeJoin(join, { failed, taken, open })],
        });
      }
});

test('the table tells of no other join', () => {
  expect([...new Set(joinRows.map(([name]) => name))]).toEqual(JOINS.map(([name]) => name));
});

/** A verdict never goes back: once a join fires or skips, no further edge would have changed it. */
test.each(JOINS)('join %s decides early only what is decided', (_name, join) => {
  const counts = [0, 1, 2, 3];
  for (const failed of counts)
    for (const taken of counts)
      for (const open of counts.slice(1)) {
        const verdict = judgeJoin(join, { failed, taken, open });
        if (verdict === 'wait') continue;
        const next = [
          { failed, taken, open: open - 1 },
          { failed, taken: taken + 1, open: open - 1 },
          { failed: failed + 1, taken, open: open - 1 },
        ].map((tally) => judgeJoin(join, tally));
        expect(next).toEqual([verdict, verdict, verdict]);
      }
});

test.each([
  // edges                 settled  join  losers
  ['a>j b>j', '', 'j', 'a b'],
  ['a>j b>j', 'a', 'j', 'b'],
  ['a>j b>c c>j', 'a', 'j', 'b c'],
  ['a>j b>j b>x', 'a', 'j', ''], // b also leads to x
  ['a>j b>k k>j k>x', 'a', 'j', ''], // so does k, and b leads there through it
  ['a>j j>b', 'a', 'j', ''], // what comes after the join is no loser
  ['a>b a>c b>j c>j', 'a b', 'j', 'c'],
])('of the graph %s with %s settled, join %s makes losers of: %s', (graph, settled, join, expected) => {
  const edges = graph.split(' ').map((way) => way.split('>') as [string, string]);
  const keys = topological(edges);
  const plan = planOf(
    keys.map((key) => ({ key })),
    edges.map(([from, to]) => ({ from, to })),
  );
  const done = settled.split(' ');
  const losers = losersOf(plan, keys.indexOf(join), (node) => done.includes(keys[node]!));
  expect(losers.map((node) => keys[node]).join(' ')).toBe(expected);
});

function topological(edges: [string, string][]): string[] {
  const left = new Set(edges.flat());
  const order: string[] = [];
  while (left.size > 0) {
    const next = [...left].filter((key) => !edges.some(([from, to]) => to === key && left.has(from)));
    for (const key of next.sort()) order.push(key);
    for (const key of next) left.delete(key);
  }
  return order;
}
