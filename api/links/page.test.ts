import type { GateRow } from '../../adapters/postgres/gates.js';
import type { Json } from '../../core/json.js';
import { askPage, POLICY } from './page.js';
import { Rates } from './rates.js';

const gate = (more: Partial<GateRow> = {}): GateRow => ({
  ...{ run_id: 'r', node_key: 'pay', status: 'open', title: 'Pay 900 to <b>Mallory</b>?', role: null, form: null },
  ...{ show: { amount: 900, lines: [1, 2].map((n) => ({ item: `<img src=x${n}>`, n })) } as Json, votes: [] },
  ...{ opened_at: '2026-01-01T00:00:00.000Z', due_at: '2026-01-03T00:00:00.000Z', decision: null, closed_at: null },
  ...{ workflow: 'payout', round: 0, claim: null, addressees: ['group:legal'] },
  ...{ evidence: 'sha256:abc', waits_for: 'waits for 1 of group legal', ...more },
});
const page = (more: Partial<GateRow> = {}) =>
  askPage({ gate: gate(more), workflow: 'payout', subject: 'user:ann', nonce: 'n' });

test('what comes from a run is text, never markup', () => {
  expect(page()).toContain('Pay 900 to &lt;b&gt;Mallory&lt;/b&gt;?');
  expect(page()).not.toMatch(/<img|<script|<b>/);
});

test('rows of one shape are a table; who decided and whom it waits for is told', () => {
  const text = page({ votes: [{ actor: 'user:bob', decision: 'approve', comment: 'fine' }] as Json });
  expect(text).toMatch(/<th>item<\/th><th>n<\/th>/);
  expect(text).toContain('waits for 1 of group legal');
  expect(text).toMatch(/<dt>user:bob<\/dt>\s*<dd>approved: fine<\/dd>/);
});

test('it needs no script and nothing from elsewhere', () => {
  expect(POLICY).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/);
  expect(page()).not.toMatch(/https?:|javascript|onclick/);
});

test('evidence that is nested beyond measure ends as text', () => {
  const deep = Array.from({ length: 50 }).reduce<Json>((inner) => ({ inner }), 'end');
  expect(page({ show: deep })).toContain('{&quot;inner&quot;');
});

test('so many a minute, and again in the next', () => {
  const rates = new Rates();
  const at = (ms: number) => rates.take('k', 2, ms);
  expect([at(0), at(1), at(2), at(60_000)]).toEqual([true, true, false, true]);
});
