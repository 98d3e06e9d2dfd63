import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';

/** Gates as people meet them: an inbox of their own, evidence, a form, four eyes. */
let heddle: E2E;
beforeAll(async () => {
  heddle = await openE2E();
});
afterAll(() => heddle.close());

interface Gate {
  run_id: string;
  node_key: string;
  evidence: string;
  waits_for: string | null;
  votes: object[];
  form: unknown;
}
const person = async (name: string, ...groups: string[]): Promise<string> =>
  (
    await heddle.request('POST', '/api_keys', {
      json: { name, roles: ['approver', 'engineer'], groups, person: `user:${name}` },
    })
  ).body.token as string;
const inbox = async (token: string, run: string): Promise<Gate[]> =>
  ((await heddle.request('GET', '/gates?assigned=me', { token })).body.items as Gate[]).filter(
    ({ run_id }) => run_id === run,
  );
const decide = (run: string, token: string, json: object) =>
  heddle.request('POST', `/workflow_runs/${run}/nodes/pay/decision`, { json, token });

const SPEC = `
name: payout
input: { type: object, properties: { amount: { type: integer } } }
nodes:
  - key: pay
    type: human_gate
    config:
      title: "Pay \${ string(input.amount) }?"
      show: { amount: "\${ input.amount }" }
      policy: { quorum: [{ group: finance, count: 2 }, { group: legal }], exclude: [starter] }
      form: { type: object, required: [cost_centre], properties: { cost_centre: { type: string } } }
      deadline: { after: 2d, remind: [1d], escalate: { after: 36h, to: board }, then: deny }
output: { by: "\${ nodes.pay.output.decided_by }", form: "\${ nodes.pay.output.form }" }
`;

test('2 of finance and 1 of legal, not who started it, each of what was shown', async () => {
  const [ann, bob, lea, tom] = await Promise.all([
    person('ann', 'finance'),
    person('bob', 'finance'),
    person('lea', 'legal'),
    person('tom', 'sales'),
  ]);
  await heddle.apply(SPEC);
  const run = (await heddle.request('POST', '/workflows/payout/run', { json: { input: { amount: 900 } }, token: ann }))
    .body.id as string;
  await until(async () => (await inbox(bob, run)).length === 1);
  expect(await inbox(tom, run)).toEqual([]);
  const [{ evidence, form }] = (await inbox(lea, run)) as [Gate];
  expect(form).toMatchObject({ required: ['cost_centre'] });
  const yes = { decision: 'approve', evidence, form: { cost_centre: 'R&D' } };

  expect(await decide(run, ann, yes)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await decide(run, tom, yes)).toMatchObject({ status: 403 });
  expect(await decide(run, bob, { decision: 'approve', evidence })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: expect.stringMatching(/^\/form/) }] },
  });
  expect(await decide(run, bob, { ...yes, evidence: 'sha256:0' })).toMatchObject({
    status: 409,
    body: { code: 'EVIDENCE_CHANGED' },
  });
  expect((await decide(run, bob, yes)).status).toBe(200);
  expect(await decide(run, bob, yes)).toMatchObject({ status: 409, body: { code: 'GATE_CLOSED' } });
  heddle.kill('worker');
  expect((await decide(run, lea, yes)).status).toBe(200);
  const kim = await person('kim', 'finance');
  await until(async () => (await inbox(kim, run))[0]?.waits_for === 'waits for 1 of group finance');
  expect(await inbox(lea, run)).toEqual([]); // it waits for others now
  expect((await decide(run, kim, yes)).status).toBe(200);
  expect(await heddle.finished(run)).toMatchObject({
    status: 'completed',
    output: { by: 'user:kim', form: { cost_centre: 'R&D' } },
  });
  expect(await inbox(lea, run)).toEqual([]);
  expect(await decide(run, lea, yes)).toMatchObject({ status: 409, body: { code: 'GATE_CLOSED' } });
});

test('a form that needs nothing may be left out: it is filled in with nothing', async () => {
  await heddle.apply(`name: noted
nodes:
  - key: ok
    type: human_gate
    config: { title: Go on?, form: { type: object, properties: { note: { type: string } } } }
output: "\${ nodes.ok.output.form }"
`);
  const run = await heddle.run('noted');
  await until(async () => (await heddle.view(run)).status === 'waiting');
  const approve = (json: object) =>
    heddle.request('POST', `/workflow_runs/${run}/nodes/ok/decision`, { json: { decision: 'approve', ...json } });
  expect(await approve({ form: { note: 1 } })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/form/note' }] },
  });
  expect((await approve({})).status).toBe(200);
  expect(await heddle.finished(run)).toMatchObject({ status: 'completed', output: {} });
});

test('a denial that ends its run stands in the inbox as decided, by whom and why', async () => {
  await heddle.apply(`name: refused
nodes:
  - key: pay
    type: human_gate
    config:
      title: Go on?
      show: { why: because, amount: 7 }
      form: { type: object, properties: { grade: { type: string }, cost: { type: number } } }
`);
  const kim = await person('kim');
  const run = await heddle.run('refused');
  await until(async () => (await heddle.view(run)).status === 'waiting');
  expect((await decide(run, kim, { decision: 'deny', comment: 'too dear' })).status).toBe(200);
  expect((await heddle.finished(run)).status).toBe('failed');
  const gate = await until(async () => {
    const { body } = await heddle.request('GET', `/gates/${run}/pay`, { token: kim });
    return body.status !== 'open' && body;
  });
  expect(gate).toMatchObject({
    status: 'decided',
    waits_for: null,
    decision: { decision: 'deny', actor: 'user:kim', comment: 'too dear' },
  });
  // Both are read in the order in which they were written.
  expect([gate.show, gate.form.properties].map((each) => Object.keys(each as object))).toEqual([
    ['why', 'amount'],
    ['grade', 'cost'],
  ]);
  const { body } = await heddle.request('GET', '/gates?decided_by=me', { token: kim });
  expect((body.items as Gate[]).map(({ run_id }) => run_id)).toContain(run);
});

test.each([
  ['a reminder after the deadline', 'deadline: { after: 1h, remind: [2h] }', '/nodes/0/config/deadline/remind/0'],
  ['an empty quorum', 'policy: { quorum: [] }', '/nodes/0/config/policy/quorum'],
  [
    'somebody who is not named as a person',
    'policy: { quorum: [{ people: [ann] }] }',
    '/nodes/0/config/policy/quorum/0',
  ],
])('%s is refused with its place', async (_what, part, pointer) => {
  const text = `name: wrong\nnodes:\n  - key: g\n    type: human_gate\n    config:\n      title: Go?\n      ${part}\n`;
  const answer = await heddle.request('POST', '/workflows/validate', { text });
  const errors = (answer.body.errors ?? (answer.body as { problems?: unknown }).problems) as { pointer: string }[];
  expect(errors.some((each) => each.pointer.startsWith(pointer))).toBe(true);
});
