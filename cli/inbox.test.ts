import { commandLine } from '../tests/support/heddle.js';

/** The inbox, claims, comments, history and delegation on the command line. */
const AT = '2026-01-01T00:00:00.000Z';
const row = {
  ...{
    run_id: 'r1',
    node_key: 'm[3]',
    role: null,
    status: 'open',
    opened_at: AT,
    title: 'Pay?',
    due_at: AT,
    evidence: 'sha256:1',
  },
  ...{ claim: { holder: 'user:ann' }, on_behalf_of: ['user:kim'] },
};
const gate = {
  ...row,
  ...{
    workflow: 'payout',
    show: { amount: 9 },
    form: null,
    missing: [{ count: 1, group: 'legal' }],
    exclude: ['starter'],
  },
  votes: [{ actor: 'user:bob', on_behalf_of: 'user:ann', decision: 'approve' }],
  deadline: { then: 'deny', escalate_to: 'board', escalates_at: AT },
  claim: { holder: 'user:ann', expires_at: AT },
  you: { assigned: false, on_behalf_of: ['user:kim'] },
  comments: [{ author: 'user:eve', text: 'hm', at: AT }],
  run: { starter: 'user:sam' },
};

const sent = ({ received }: Awaited<ReturnType<typeof commandLine>>): unknown => JSON.parse(received.at(-1)!.body);

test('gates: filters become the query, pages are followed up to the limit', async () => {
  const answers = {
    'GET /gates?assigned=me&status=open&due=24h&claimed_by=nobody&workflow=payout&q=pay&sort=due': {
      json: { items: [], next_cursor: 'c' },
    },
    'GET /gates?assigned=me&status=open&due=24h&claimed_by=nobody&workflow=payout&q=pay&sort=due&cursor=c': {
      json: { items: [row, row], next_cursor: 'd' },
    },
  };
  const args = [
    'gates',
    '--due',
    '24h',
    '--claimed',
    'nobody',
    '-w',
    'payout',
    '-q',
    'pay',
    '--sort',
    'due',
    '-n',
    '1',
  ];
  const { code, out } = await commandLine(args, answers);
  expect(code).toBe(0);
  expect(out.split('\n')).toHaveLength(2);
  expect(out).toContain('r1   m[3]  policy  open');
  expect(out).toContain('user:ann    user:kim');
});

test.each([
  [['--decided'], 'GET /gates?decided_by=me'],
  [['--any', '--run', 'r1'], 'GET /gates?run=r1'],
  [['--overdue', '-g', 'legal'], 'GET /gates?assigned=me&status=open&overdue=true&group=legal'],
])('gates %p', async (args, path) => {
  const { code, out } = await commandLine(['gates', ...args], { [path]: { json: { items: [], next_cursor: null } } });
  expect([code, out]).toEqual([0, 'nothing waits for you']);
});

test('gates --counts', async () => {
  const { out } = await commandLine(['gates', '--counts'], {
    'GET /gates/counts': { json: { assigned: 3, overdue: 1 } },
  });
  expect(out).toMatch(/assigned +3\noverdue +1/);
});

test('gate: all that is needed to decide it', async () => {
  const { out } = await commandLine(['gate', 'r1', 'm[3]'], { 'GET /gates/r1/m%5B3%5D': { json: gate } });
  for (const part of [
    ...['Pay?', '1 of group legal', 'user:bob for user:ann', `${AT}, then deny`, `user:ann until ${AT}`],
    ...['may decide for user:kim', '"amount": 9', 'user:eve: hm', 'sha256:1'],
  ])
    expect(out).toContain(part);
});

test('claim, release, comment, history', async () => {
  const base = 'POST /gates/r1/pay';
  const answers = {
    [`${base}/claim`]: { json: { claim: { holder: 'user:me', expires_at: AT } } },
    [`${base}/release`]: { json: { claim: null } },
    [`${base}/comments`]: { status: 201, json: { id: 'c' } },
    'GET /gates/r1/pay/history': {
      json: {
        items: [
          { at: AT, kind: 'asked_again', actor: null, round: 1, data: null },
          { at: AT, kind: 'commented', actor: 'user:eve', round: 1, data: { text: 'hm' } },
        ],
      },
    },
  };
  const claim = await commandLine(['claim', 'r1', 'pay', '--take-over', '--minutes', '5'], answers);
  expect([claim.out, sent(claim)]).toEqual([`pay: yours until ${AT}`, { take_over: true, minutes: 5 }]);
  expect((await commandLine(['release', 'r1', 'pay'], answers)).code).toBe(0);
  expect(sent(await commandLine(['comment', 'r1', 'pay', 'hm'], answers))).toEqual({ text: 'hm' });
  const { out } = await commandLine(['gate', 'r1', 'pay', '--history'], answers);
  expect(out).toContain('asked again');
  expect(out).toContain('user:eve  hm');
});

test('decide for somebody, and take over', async () => {
  const answers = { 'POST /workflow_runs/r1/nodes/pay/decision': { json: {} } };
  const args = ['decide', 'r1', 'pay', 'approve', '--for', 'user:ann', '--take-over'];
  expect(sent(await commandLine(args, answers))).toEqual({
    ...{ decision: 'approve', on_behalf_of: 'user:ann', take_over: true },
  });
});

test('delegate to, list, revoke', async () => {
  const made = {
    ...{ id: 'dlg_1', state: 'in_force', from_person: 'user:ann', to: 'user:bob', from: AT, until: AT },
    ...{ groups: ['finance'], groups_only: true, workflows: [], reason: 'away' },
  };
  const answers = {
    'POST /delegations': { status: 201, json: made },
    'GET /delegations': { json: { items: [made], next_cursor: null } },
    'DELETE /delegations/dlg_1': { json: null },
  };
  const args = ['delegate', 'to', 'user:bob', '--until', '2026-02-01T00:00:00Z', '-g', 'finance', '-r', 'away'];
  const given = await commandLine(args, answers);
  expect(given.out).toBe(`dlg_1: user:bob decides for user:ann until ${AT}`);
  expect(sent(given)).toEqual({
    to: 'user:bob',
    until: '2026-02-01T00:00:00.000Z',
    groups: ['finance'],
    reason: 'away',
  });
  expect((await commandLine(['delegate', 'list'], answers)).out).toContain('dlg_1       in force  user:ann  user:bob');
  expect((await commandLine(['delegate', 'revoke', 'dlg_1'], answers)).out).toBe('revoked dlg_1');
  expect((await commandLine(['delegate', 'to', 'user:bob', '--until', 'soon', '-r', 'x'], answers)).code).toBe(2);
});
