import { type E2E, openE2E, otherOrg } from '../support/e2e.js';
import { as, person } from '../support/people.js';
import { until } from '../support/workflow.js';

/** The inbox: what waits for whom, who works on it, what was said and done. */
let heddle: E2E;
type Asking = ReturnType<typeof as>;
let ann: Asking;
let bob: Asking;
let lea: Asking;
let starter: Asking;

const SPEC = `
name: payout
input: { type: object, properties: { amount: { type: integer } } }
nodes:
  - key: pay
    type: human_gate
    on_error: hold
    config:
      title: "Pay \${ string(input.amount) } to Zürich?"
      show: { amount: "\${ input.amount }" }
      policy: { quorum: [{ group: finance, count: 2 }, { group: legal }] }
      deadline: { after: 12h, remind: [1s], escalate: { after: 11h, to: board }, then: deny }
`;
const PLAIN = 'name: plain\nnodes: [{ key: ok, type: human_gate, config: { title: "Good enough?" } }]\n';

beforeAll(async () => {
  heddle = await openE2E();
  const people = [
    person(heddle, 'ann', ['finance']),
    person(heddle, 'bob', ['finance']),
    person(heddle, 'lea', ['legal']),
    person(heddle, 'sam', [], ['engineer']),
  ];
  [ann, bob, lea, starter] = (await Promise.all(people)).map((each) => as(heddle, each)) as [
    Asking,
    Asking,
    Asking,
    Asking,
  ];
  await heddle.apply(SPEC);
  await heddle.apply(PLAIN);
});
afterAll(() => heddle.close());

async function begin(workflow: string, input: object = {}): Promise<string> {
  const { id } = (await starter('POST', `/workflows/${workflow}/run`, { input })).body as { id: string };
  await until(async () => (await starter('GET', `/gates?run=${id}`)).body.items.length === 1);
  return id;
}
const runs = async (asking: Asking, query: string): Promise<string[]> =>
  ((await asking('GET', `/gates?${query}`)).body.items as { run_id: string }[]).map(({ run_id }) => run_id);
const evidenceOf = async (run: string, node = 'pay') =>
  (await ann('GET', `/gates/${run}/${node}`)).body.evidence as string;
const decide = async (asking: Asking, run: string, more: object = {}, node = 'pay') =>
  asking('POST', `/workflow_runs/${run}/nodes/${node}/decision`, {
    decision: 'approve',
    evidence: await evidenceOf(run, node),
    ...more,
  });
const kinds = async (run: string, node = 'pay'): Promise<string[]> =>
  (
    (await ann('GET', `/gates/${run}/${node}/history`)).body.items as {
      kind: string;
      actor: string | null;
      round: number;
    }[]
  ).map(({ kind, actor, round }) => `${kind} ${actor ?? '-'} ${round}`);

test('filters, each with its own people, sorted and paged', async () => {
  const [first, second] = [await begin('payout', { amount: 100 }), await begin('payout', { amount: 200 })];
  const plain = await begin('plain');
  expect(await runs(ann, 'assigned=me')).toEqual([first, second, plain]);
  expect(await runs(ann, 'assigned=me&sort=newest')).toEqual([plain, second, first]);
  expect(await runs(ann, 'assigned=me&sort=due')).toEqual([first, second, plain]);
  expect(await runs(ann, 'assigned=me&workflow=payout')).toEqual([first, second]);
  expect(await runs(starter, 'assigned=me')).toEqual([]);
  expect(await runs(starter, 'group=legal')).toEqual([first, second]);
  expect(await runs(ann, 'due=13h&assigned=me')).toEqual([first, second]);
  expect(await runs(ann, `due=${new Date(Date.now() + 1_000).toISOString()}`)).toEqual([]);
  expect(await runs(ann, 'overdue=true')).toEqual([]);
  expect(await runs(ann, 'q=zür')).toEqual([first, second]);
  expect(await runs(ann, 'q=pay%20200')).toEqual([second]);
  const { body } = await ann('GET', '/gates?assigned=me&sort=newest&limit=2');
  expect(await runs(ann, `assigned=me&sort=newest&limit=2&cursor=${body.next_cursor}`)).toEqual([first]);
  expect(await ann('GET', `/gates?assigned=me&cursor=${body.next_cursor}`)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/cursor' }] },
  });
  expect(await ann('GET', '/gates?due=soon')).toMatchObject({ status: 400 });

  expect((await ann('POST', `/gates/${first}/pay/claim`, {})).status).toBe(200);
  expect(await runs(ann, 'claimed_by=me')).toEqual([first]);
  expect(await runs(bob, 'claimed_by=nobody&workflow=payout')).toEqual([second]);
  expect((await ann('GET', '/gates/counts')).body).toEqual({
    assigned: 3,
    overdue: 0,
    due_soon: 2,
    claimed: 1,
    unclaimed: 2,
  });
  expect((await decide(ann, first)).status).toBe(200);
  await until(async () => (await runs(ann, 'decided_by=me')).length === 1);
  expect(await runs(ann, 'decided_by=me')).toEqual([first]);
  for (const run of [first, second, plain]) await heddle.request('POST', `/workflow_runs/${run}/cancel`, { json: {} });
  await until(async () => (await runs(ann, 'assigned=me')).length === 0);
});

test('one gate shows all that is needed to decide it', async () => {
  const run = await begin('payout', { amount: 900 });
  expect((await decide(ann, run)).status).toBe(200);
  await until(async () => (await bob('GET', `/gates/${run}/pay`)).body.votes.length === 1);
  const { body } = await bob('GET', `/gates/${run}/pay`);
  expect(body).toMatchObject({
    ...{ title: 'Pay 900 to Zürich?', show: { amount: 900 }, status: 'open', workflow: 'payout', round: 0 },
    evidence: expect.stringMatching(/^sha256:/),
    quorum: [
      { group: 'finance', count: 2 },
      { group: 'legal', count: 1 },
    ],
    missing: [
      { group: 'finance', count: 1 },
      { group: 'legal', count: 1 },
    ],
    votes: [{ actor: 'user:ann', decision: 'approve' }],
    deadline: { then: 'deny', escalate_to: 'board' },
    you: { assigned: true, on_behalf_of: [] },
    ...{ claim: null, comments: [] },
    run: { id: run, workflow: 'payout', starter: 'user:sam', href: `/api/v1/workflow_runs/${run}` },
  });
  expect(Date.parse(body.due_at) - Date.parse(body.opened_at)).toBeGreaterThan(11.9 * 3_600_000);
  expect((await starter('GET', `/gates/${run}/pay`)).body.you).toEqual({ assigned: false, on_behalf_of: [] });
  for (const path of [`/gates/${run}/nothing`, '/gates/run_none/pay', `/gates/${run}/pay%5B3%5D`])
    expect((await ann('GET', path)).status).toBe(404);
});

test('a claim keeps others from deciding until they say that they take over', async () => {
  const run = await begin('payout', { amount: 1 });
  expect(await starter('POST', `/gates/${run}/pay/claim`, {})).toMatchObject({ status: 403 }); // may decide nothing
  expect((await ann('POST', `/gates/${run}/pay/claim`, { minutes: 5 })).body.claim.holder).toBe('user:ann');
  expect((await ann('POST', `/gates/${run}/pay/claim`, { minutes: 50 })).body.claim.holder).toBe('user:ann');
  const claimed = { status: 409, body: { code: 'GATE_CLAIMED', details: { claimed_by: 'user:ann' } } };
  expect(await bob('POST', `/gates/${run}/pay/claim`, {})).toMatchObject(claimed);
  expect(await bob('POST', `/gates/${run}/pay/release`, {})).toMatchObject(claimed);
  expect(await decide(bob, run)).toMatchObject(claimed);
  expect((await bob('POST', `/gates/${run}/pay/claim`, { take_over: true })).body.claim.holder).toBe('user:bob');
  expect((await bob('POST', `/gates/${run}/pay/release`, {})).body.claim).toBeNull();
  expect((await bob('POST', `/gates/${run}/pay/release`, {})).status).toBe(200);
  expect((await ann('POST', `/gates/${run}/pay/claim`, {})).status).toBe(200);
  expect((await decide(bob, run, { take_over: true })).status).toBe(200);
  expect((await decide(ann, run)).status).toBe(200); // nobody works on it any more
  // Two at once: one has it.
  const both = await Promise.all([bob, lea].map((asking) => asking('POST', `/gates/${run}/pay/claim`, {})));
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  expect((await decide(lea, run, { take_over: true })).status).toBe(200);
  expect(await heddle.finished(run)).toMatchObject({ status: 'completed' });
  expect(await bob('POST', `/gates/${run}/pay/claim`, {})).toMatchObject({
    status: 409,
    body: { code: 'GATE_CLOSED' },
  });
});

test('history is complete, in order, and stays so when the run is sealed: asked, reminded, claimed, said, decided, asked again', async () => {
  const run = await begin('payout', { amount: 7 });
  const said = await bob('POST', `/gates/${run}/pay/comments`, { text: 'who is the payee?' });
  expect(said).toMatchObject({ status: 201, body: { author: 'user:bob', text: 'who is the payee?' } });
  expect((await starter('POST', `/gates/${run}/pay/comments`, { text: 'the landlord' })).status).toBe(201);
  await until(async () => (await kinds(run)).includes('reminded - 0'));
  expect((await lea('POST', `/gates/${run}/pay/claim`, {})).status).toBe(200);
  expect((await decide(lea, run, { decision: 'deny', comment: 'no' })).status).toBe(200);
  await until(async () => (await heddle.view(run)).status === 'held');
  await heddle.request('POST', `/workflow_runs/${run}/nodes/pay/retry`, { json: { reason: 'they agree now' } });
  await until(async () => (await ann('GET', `/gates/${run}/pay`)).body.round === 1);
  await until(async () => (await ann('GET', `/gates/${run}/pay`)).body.status === 'open');
  expect((await bob('GET', `/gates/${run}/pay`)).body.claim).toBeNull(); // it was of the round before
  for (const each of [ann, bob, lea]) expect((await decide(each, run)).status).toBe(200);
  expect(await heddle.finished(run)).toMatchObject({ status: 'completed' });
  expect((await ann('POST', `/gates/${run}/pay/comments`, { text: 'paid' })).status).toBe(201);
  const all = await kinds(run);
  expect(all.filter((each) => !each.startsWith('released') && !each.startsWith('reminded'))).toEqual([
    ...[
      'opened - 0',
      'commented user:bob 0',
      'commented user:sam 0',
      'claimed user:lea 0',
      'decided user:lea 0',
      'closed - 0',
    ],
    'acted user:dev 0',
    ...[
      'asked_again - 1',
      'voted user:ann 1',
      'voted user:bob 1',
      'decided user:lea 1',
      'closed - 1',
      'commented user:ann 1',
    ],
  ]);
  const { items } = (await ann('GET', `/gates/${run}/pay/history`)).body as { items: { at: string }[] };
  expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted());
  const { body } = await ann('GET', `/gates/${run}/pay/comments?limit=2`);
  expect(body.items.map(({ text }: { text: string }) => text)).toEqual(['who is the payee?', 'the landlord']);
  expect((await ann('GET', `/gates/${run}/pay/comments?limit=2&cursor=${body.next_cursor}`)).body.items).toHaveLength(
    1,
  );
});

test('who may comment, and how long a comment is', async () => {
  const run = await begin('plain');
  const viewer = as(heddle, await person(heddle, 'vic', [], ['viewer']));
  expect((await viewer('GET', `/gates/${run}/ok`)).status).toBe(200);
  expect((await viewer('POST', `/gates/${run}/ok/comments`, { text: 'hm' })).status).toBe(403);
  for (const text of ['', 'x'.repeat(4_001), 'a\u0000'])
    expect((await ann('POST', `/gates/${run}/ok/comments`, { text })).status).toBe(400);
  expect((await ann('POST', `/gates/${run}/ok/comments`, { text: 'x'.repeat(4_000) })).status).toBe(201);
  const headers = { 'idempotency-key': 'once' };
  for (let i = 0; i < 2; i++)
    await heddle.request('POST', `/gates/${run}/ok/comments`, { json: { text: 'once' }, headers });
  expect((await ann('GET', `/gates/${run}/ok/comments`)).body.items).toHaveLength(2);
});

test('another org finds nothing of it', async () => {
  const run = await begin('plain');
  const token = await otherOrg(heddle.databaseUrl);
  const theirs = as(heddle, { token, id: '' });
  expect(await runs(theirs, `run=${run}`)).toEqual([]);
  expect(await runs(theirs, 'q=good')).toEqual([]);
  expect((await theirs('GET', '/gates/counts')).body.assigned).toBe(0);
  for (const [method, path, json] of [
    ['GET', '', undefined],
    ['GET', '/history', undefined],
    ['GET', '/comments', undefined],
    ['POST', '/comments', { text: 'hm' }],
    ['POST', '/claim', {}],
    ['POST', '/release', {}],
  ] as const)
    expect(await theirs(method, `/gates/${run}/ok${path}`, json)).toMatchObject({ status: 404 });
});
