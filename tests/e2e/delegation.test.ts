import { type E2E, openE2E, otherOrg } from '../support/e2e.js';
import { as, type Person, person } from '../support/people.js';
import { until } from '../support/workflow.js';

/** Deciding in the place of somebody who is away. */
let heddle: E2E;
type Asking = ReturnType<typeof as>;
const people: Record<string, Person> = {};
const ask: Record<string, Asking> = {};

const SPEC = `
name: payout
nodes:
  - key: pay
    type: human_gate
    config:
      title: "Pay?"
      policy: { quorum: [{ group: finance }, { group: legal }], exclude: [starter] }
output: { by: "\${ nodes.pay.output.decided_by }", votes: "\${ nodes.pay.output.votes }" }
`;
const NAMED =
  'name: named\nnodes: [{ key: ok, type: human_gate, config: { title: "Fine?", policy: { quorum: [{ people: [user:ann] }] } } }]\n';
const BY_ROLE = 'name: by_role\nnodes: [{ key: ok, type: human_gate, config: { title: "Go?", role: operator } }]\n';

beforeAll(async () => {
  heddle = await openE2E();
  for (const [name, groups, roles] of [
    ['ann', ['finance', 'board'], ['operator', 'engineer']],
    ['bob', [], ['approver']],
    ['lea', ['legal'], ['approver']],
    ['kim', [], ['approver']],
    ['sam', ['finance'], ['approver', 'engineer']],
  ] as const) {
    people[name] = await person(heddle, name, [...groups], [...roles]);
    ask[name] = as(heddle, people[name]);
  }
  for (const spec of [SPEC, NAMED, BY_ROLE]) await heddle.apply(spec);
});
afterAll(() => heddle.close());

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const delegate = (from: string, to: string, more: object = {}) =>
  ask[from]!('POST', '/delegations', { to: `user:${to}`, until: inHours(24), reason: 'on holiday', ...more });
const delegated = async (from: string, to: string, more: object = {}): Promise<string> => {
  const { status, body } = await delegate(from, to, more);
  expect(status).toBe(201);
  return body.id as string;
};
const revoke = (who: string, id: string) => ask[who]!('DELETE', `/delegations/${id}`);

async function begin(workflow: string, starter: string): Promise<string> {
  const { id } = (await ask[starter]!('POST', `/workflows/${workflow}/run`, { input: {} })).body as { id: string };
  await until(async () => (await ask['ann']!('GET', `/gates?run=${id}`)).body.items.length === 1);
  return id;
}
const inbox = async (who: string, run: string): Promise<object[]> =>
  ((await ask[who]!('GET', '/gates?assigned=me')).body.items as { run_id: string }[]).filter(
    ({ run_id }) => run_id === run,
  );
async function decide(who: string, run: string, more: object = {}, node = 'pay') {
  const { evidence } = (await ask[who]!('GET', `/gates/${run}/${node}`)).body;
  return ask[who]!('POST', `/workflow_runs/${run}/nodes/${node}/decision`, { decision: 'approve', evidence, ...more });
}
const forAnn = { on_behalf_of: 'user:ann' };

test('the delegate sees the gate, decides it in that place, and the seat is the delegator’s', async () => {
  const run = await begin('payout', 'sam');
  expect(await inbox('bob', run)).toEqual([]);
  expect(await decide('bob', run, forAnn)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  const id = await delegated('ann', 'bob');
  expect(await inbox('bob', run)).toMatchObject([{ on_behalf_of: ['user:ann'] }]);
  expect((await ask['bob']!('GET', `/gates/${run}/pay`)).body.you).toEqual({
    assigned: false,
    on_behalf_of: ['user:ann'],
  });
  expect((await ask['bob']!('GET', '/gates/counts')).body.assigned).toBeGreaterThan(0);
  expect(await decide('bob', run)).toMatchObject({ status: 403 }); // not in person
  expect((await ask['bob']!('POST', `/gates/${run}/pay/claim`, {})).status).toBe(200);
  expect((await decide('bob', run, forAnn)).status).toBe(200);
  // Neither of the two has a seat left.
  for (const [who, more] of [
    ['ann', {}],
    ['bob', forAnn],
  ] as const)
    expect(await decide(who, run, more)).toMatchObject({ status: 409, body: { code: 'GATE_CLOSED' } });
  expect((await decide('lea', run)).status).toBe(200);
  expect(await heddle.finished(run)).toMatchObject({
    output: {
      by: 'user:lea',
      votes: [{ actor: 'user:bob', on_behalf_of: 'user:ann', groups: ['finance', 'board'] }, { actor: 'user:lea' }],
    },
  });
  const { items } = (await ask['ann']!('GET', `/gates/${run}/pay/history`)).body;
  expect(items).toContainEqual(
    expect.objectContaining({ kind: 'voted', actor: 'user:bob', data: expect.objectContaining(forAnn) }),
  );
  for (const who of ['ann', 'bob'])
    expect((await ask[who]!('GET', '/gates?decided_by=me')).body.items).toMatchObject([{ run_id: run }]);
  expect((await revoke('ann', id)).status).toBe(204);
});

test('four eyes hold for both: neither the starter through a delegate, nor a delegate who is the starter', async () => {
  const ids = [await delegated('sam', 'bob'), await delegated('ann', 'sam')];
  const run = await begin('payout', 'sam');
  expect(await decide('bob', run, { on_behalf_of: 'user:sam' })).toMatchObject({
    status: 403,
    body: { details: { excluded: 'starter' } },
  });
  expect(await decide('sam', run, forAnn)).toMatchObject({ status: 403, body: { details: { excluded: 'starter' } } });
  await Promise.all([revoke('sam', ids[0]!), revoke('ann', ids[1]!)]);
});

test('what is delegated is not delegated on', async () => {
  const ids = [await delegated('ann', 'bob'), await delegated('bob', 'kim')];
  const run = await begin('payout', 'sam');
  expect(await inbox('kim', run)).toEqual([]);
  for (const on_behalf_of of ['user:ann', 'user:bob'])
    expect(await decide('kim', run, { on_behalf_of })).toMatchObject({ status: 403 });
  await Promise.all([revoke('ann', ids[0]!), revoke('bob', ids[1]!)]);
});

test('only while it is in force: not before, not after it is revoked', async () => {
  const run = await begin('payout', 'sam');
  const planned = await delegated('ann', 'bob', { from: inHours(1) });
  expect(await inbox('bob', run)).toEqual([]);
  expect(await decide('bob', run, forAnn)).toMatchObject({ status: 403 });
  await revoke('ann', planned);
  const short = await delegated('ann', 'bob', { until: new Date(Date.now() + 1_500).toISOString() });
  await until(async () => (await inbox('bob', run)).length === 0);
  expect(await decide('bob', run, forAnn)).toMatchObject({ status: 403 });
  const now = await delegated('ann', 'bob');
  expect(await inbox('bob', run)).toHaveLength(1);
  expect((await revoke('bob', now)).status).toBe(204); // who received it may end it, too
  expect(await decide('bob', run, forAnn)).toMatchObject({ status: 403 });
  const { items } = (await ask['ann']!('GET', '/delegations?as=giver&limit=3')).body;
  expect(items.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
    [now, 'revoked'],
    [short, 'over'],
    [planned, 'revoked'],
  ]);
});

test('limited to groups, or to workflows', async () => {
  const [payout, named, role] = [
    await begin('payout', 'sam'),
    await begin('named', 'sam'),
    await begin('by_role', 'sam'),
  ];
  const groups = await delegated('ann', 'bob', { groups: ['finance'] });
  expect(
    [await inbox('bob', payout), await inbox('bob', named), await inbox('bob', role)].map(({ length }) => length),
  ).toEqual([1, 0, 0]);
  for (const run of [named, role]) expect(await decide('bob', run, forAnn, 'ok')).toMatchObject({ status: 403 });
  await revoke('ann', groups);
  const flows = await delegated('ann', 'bob', { workflows: ['named', 'by_role'] });
  expect(
    [await inbox('bob', payout), await inbox('bob', named), await inbox('bob', role)].map(({ length }) => length),
  ).toEqual([0, 1, 1]);
  expect(await decide('bob', payout, forAnn)).toMatchObject({ status: 403 });
  for (const run of [named, role]) {
    expect((await decide('bob', run, forAnn, 'ok')).status).toBe(200);
    expect(await heddle.finished(run)).toMatchObject({ status: 'completed' });
  }
  await revoke('ann', flows);
});

test('what the delegator has lost, the delegate has lost', async () => {
  const tim = await person(heddle, 'tim', ['finance'], ['approver']);
  const { body } = await as(heddle, tim)('POST', '/delegations', { to: 'user:bob', until: inHours(2), reason: 'away' });
  const run = await begin('payout', 'sam');
  expect(await inbox('bob', run)).toHaveLength(1);
  // Another key of theirs, of fewer groups, is what is left.
  await person(heddle, 'tim', ['sales'], ['approver']);
  await heddle.request('DELETE', `/api_keys/${(tim as unknown as { id: string }).id}`);
  expect(await inbox('bob', run)).toEqual([]);
  expect(await decide('bob', run, { on_behalf_of: 'user:tim' })).toMatchObject({ status: 403 });
  expect((await heddle.request('DELETE', `/delegations/${body.id}`)).status).toBe(204); // an admin
});

test.each([
  ['to oneself', { to: 'user:ann' }, '/to'],
  ['to nobody', { to: 'user:nobody' }, '/to'],
  ['to what is no person', { to: 'bob' }, '/to'],
  ['of a group that one is not in', { groups: ['finance', 'legal'] }, '/groups/1'],
  ['that is over', { until: '2020-01-01T00:00:00Z' }, '/until'],
  ['that ends before it begins', { from: inHours(3), until: inHours(2) }, '/until'],
  ['for longer than a year', { until: inHours(24 * 400) }, '/until'],
  ['without a reason', { reason: '' }, '/reason'],
])('a delegation %s is refused', async (_what, more, pointer) => {
  expect(await delegate('ann', 'bob', more)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
});

test('given once under an idempotency key; listed to the two alone, page by page', async () => {
  const json = { to: 'user:kim', until: inHours(2), reason: 'away' };
  const once = () =>
    heddle.request('POST', '/delegations', { json, token: people['lea']!.token, headers: { 'idempotency-key': 'd' } });
  const [first, second] = [await once(), await once()];
  expect(second.body.id).toBe(first.body.id);
  const more = await delegated('lea', 'bob');
  const { body } = await ask['lea']!('GET', '/delegations?limit=1');
  expect(body.items).toMatchObject([{ id: more, state: 'in_force', from_person: 'user:lea', to: 'user:bob' }]);
  expect((await ask['lea']!('GET', `/delegations?limit=1&cursor=${body.next_cursor}`)).body.items).toMatchObject([
    { id: first.body.id },
  ]);
  expect((await ask['kim']!('GET', '/delegations?as=receiver')).body.items).toContainEqual(
    expect.objectContaining({ id: first.body.id }),
  );
  expect((await ask['kim']!('GET', '/delegations?as=giver')).body.items).toEqual([]);
  expect((await revoke('sam', more)).status).toBe(404);
  const theirs = as(heddle, { token: await otherOrg(heddle.databaseUrl), id: '' });
  expect((await theirs('DELETE', `/delegations/${more}`)).status).toBe(404);
  expect((await theirs('GET', '/delegations')).body.items).toEqual([]);
});
