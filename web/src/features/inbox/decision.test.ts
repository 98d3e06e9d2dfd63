import {
  afterRefusal,
  claimedByOther,
  type Draft,
  decisionOf,
  EMPTY_DRAFT,
  moved,
  nextAfter,
  placeOf,
  placesOf,
} from './decision.js';

const draft = (part: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, ...part });
const shown = { evidence: 'sha256:1', form: { type: 'object' } as never };
const formless = { evidence: null, form: null };

test.each([
  ['an approval brings the form along', 'approve', draft({ form: { n: 1 } }), shown, false, { form: { n: 1 } }],
  [
    'a form that nobody touched is sent empty, so that the API says what is missing',
    'approve',
    draft({}),
    shown,
    false,
    { form: {} },
  ],
  ['a denial needs no form', 'deny', draft({ form: { n: 1 } }), shown, false, {}],
  ['a comment without its blanks', 'deny', draft({ comment: ' no\n' }), shown, false, { comment: 'no' }],
  [
    'in the place of somebody',
    'approve',
    draft({ as: 'user:ann' }),
    shown,
    true,
    { form: {}, on_behalf_of: 'user:ann' },
  ],
] as const)('%s', (_, verdict, given, gate, takeOver, more) =>
  expect(decisionOf(verdict, given, gate, takeOver)).toEqual({
    decision: verdict,
    evidence: 'sha256:1',
    take_over: takeOver,
    ...more,
  }),
);

test('a gate without evidence or form gets neither', () =>
  expect(decisionOf('approve', EMPTY_DRAFT, formless, false)).toEqual({ decision: 'approve', take_over: false }));

test('one decides in person where one is asked, or in the place that was chosen while it may be', () => {
  const you = { assigned: true, on_behalf_of: ['user:ann'] };
  expect(placesOf({ you })).toEqual([undefined, 'user:ann']);
  expect(placeOf({ you }, draft({ as: 'user:ann' }))).toBe('user:ann');
  expect(placeOf({ you }, draft({ as: 'user:gone' }))).toBeUndefined();
  expect(placeOf({ you: { assigned: false, on_behalf_of: ['user:ann'] } }, EMPTY_DRAFT)).toBe('user:ann');
});

const NOW = Date.parse('2026-03-10T12:00:00Z');
const claim = (holder: string, until: string) => ({
  claim: { holder, claimed_at: '2026-03-10T10:00:00Z', expires_at: until },
});
test.each([
  ['nobody', { claim: null }, undefined],
  ['me', claim('user:me', '2026-03-10T13:00:00Z'), undefined],
  ['in whose place I decide', claim('user:ann', '2026-03-10T13:00:00Z'), undefined],
  ['another', claim('user:bob', '2026-03-10T13:00:00Z'), 'user:bob'],
  ['another, until before', claim('user:bob', '2026-03-10T11:00:00Z'), undefined],
])('claimed by %s', (_, gate, other) => expect(claimedByOther(gate, 'user:me', 'user:ann', NOW)).toBe(other));

test.each([
  ['EVIDENCE_CHANGED', 'show_new'],
  ['GATE_CLAIMED', 'ask_take_over'],
  ['GATE_CLOSED', 'gone'],
  ['RUN_CLOSED', 'gone'],
  ['FORBIDDEN', 'tell'],
])('%s is met with %s', (code, what) => expect(afterRefusal({ code })).toBe(what));

const is = (wanted: string) => (item: string) => item === wanted;
test.each([
  [['a', 'b', 'c'], 'b', 'c'],
  [['a', 'b'], 'b', 'a'],
  [['a'], 'a', undefined],
  [['a', 'b'], 'gone', 'a'],
])('of %j after %s comes %s', (items, current, next) => expect(nextAfter(items, is(current))).toBe(next));

test.each([
  [['a', 'b'], 'a', 1, 'b'],
  [['a', 'b'], 'b', 1, 'b'],
  [['a', 'b'], 'a', -1, 'a'],
  [['a', 'b'], 'none', -1, 'a'],
  [[], 'none', 1, undefined],
] as const)('in %j from %s by %d is %s', (items, current, delta, to) =>
  expect(moved<string>(items, is(current), delta)).toBe(to),
);
