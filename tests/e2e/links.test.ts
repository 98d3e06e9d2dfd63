import { type E2E, openE2E } from '../support/e2e.js';
import { openMailServer } from '../support/mail-server.js';
import { openReceiver } from '../support/receiver.js';
import { until } from '../support/workflow.js';

/** The door of a link: by mail, or by a webhook. To look never decides. */
let heddle: E2E;
let mails: Awaited<ReturnType<typeof openMailServer>>;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  [mails, receiver] = await Promise.all([openMailServer(), openReceiver()]);
  const env = { SMTP_URL: mails.url, MAIL_FROM: 'Heddle <heddle@example.com>', PUBLIC_URL: 'https://heddle.example/' };
  heddle = await openE2E({ env });
  await Promise.all([heddle.apply(SPEC), heddle.apply(SOON)]);
});
afterAll(async () => {
  await heddle.close();
  await Promise.all([mails.close(), receiver.close()]);
});

const SPEC = `
name: payout
input: { type: object, properties: { amount: { type: integer } } }
nodes:
  - key: pay
    type: human_gate
    config:
      title: "Pay \${ string(input.amount) } to <Mallory>?"
      show: { amount: "\${ input.amount }" }
      policy: { quorum: [{ group: finance }, { group: legal }] }
      form: { type: object, required: [cost_centre], properties: { cost_centre: { type: string, minLength: 3 }, parts: { type: integer } } }
      deadline: { after: 2d }
output: { form: "\${ nodes.pay.output.form }", votes: "\${ nodes.pay.output.votes }" }
`;
const SOON = `
name: soon
nodes:
  - key: pay
    type: human_gate
    config: { title: "Pay?", role: operator, deadline: { after: 1d, remind: [1s], escalate: { after: 2s, to: board } } }
`;
const person = (name: string, json: object) =>
  heddle.request('PUT', `/people/user:${name}`, { json: { email: `${name}@example.com`, ...json } });
const start = async (name: string, input = {}): Promise<string> =>
  (await heddle.request('POST', `/workflows/${name}/run`, { json: { input } })).body.id;
const run = async (id: string) => (await heddle.request('GET', `/workflow_runs/${id}`)).body;
const waits = async (id: string): Promise<void> =>
  void (await until(async () => {
    const { items } = (await heddle.request('GET', '/gates?status=open')).body;
    return items.find(({ run_id }: { run_id: string }) => run_id === id);
  }));

const LINK = /https:\/\/heddle\.example(\/g\/[\w-]{43})/;
const to = (name: string) => mails.received.filter((mail) => mail.to === `${name}@example.com`);
/** The path of the newest link that somebody got for the run. */
const linkFor = (name: string, id: string): Promise<string> =>
  until(async () => LINK.exec(to(name).findLast(({ text }) => text.includes(id))?.text ?? '')?.[1]);
const ask = (path: string, init: RequestInit = {}) =>
  fetch(new URL(path, Object.values(heddle.apis)[0]!.api), { redirect: 'manual', ...init });
const hiddenIn = (page: string) =>
  Object.fromEntries(
    [...page.matchAll(/name="(nonce|evidence)"\s+value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
  );
async function submit(
  path: string,
  fields: Record<string, string>,
): Promise<{ status: number; text: string; response: Response }> {
  const hidden = hiddenIn(await (await ask(path)).text());
  const response = await ask(path, { method: 'POST', body: new URLSearchParams({ ...hidden, ...fields }) });
  return { status: response.status, text: await response.text(), response };
}

test('a mail to each who is addressed; to look decides nothing; a POST of the page’s own form does, once', async () => {
  await person('ann', { groups: ['finance'] });
  await person('lea', { groups: ['legal'] });
  await person('tom', { groups: ['sales'] });
  mails.refuse(1);
  const id = await start('payout', { amount: 900 });
  const [ann, lea] = await Promise.all([linkFor('ann', id), linkFor('lea', id)]);
  expect(to('ann').at(-1)!.subject).toBe('Pay 900 to <Mallory>?');
  expect(to('tom')).toEqual([]);

  for (const method of ['HEAD', 'GET', 'GET']) {
    const response = await ask(ann, { method, headers: { purpose: 'prefetch' } });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  }
  const page = await (await ask(ann)).text();
  expect(page).toContain('Pay 900 to &lt;Mallory&gt;?');
  expect(page).not.toContain(ann.slice(3));
  expect((await run(id)).status).toMatch(/waiting|running/);

  const blind = await ask(ann, {
    method: 'POST',
    body: new URLSearchParams({ decision: 'approve', 'form.cost_centre': 'c-1' }),
  });
  expect(blind.status).toBe(403);
  const cross = await ask(ann, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ ...hiddenIn(page), decision: 'approve', 'form.cost_centre': 'c-1' }),
  });
  expect(cross.status).toBe(403);
  const short = await submit(ann, { decision: 'approve', 'form.cost_centre': 'c', comment: 'mine' });
  expect(short).toMatchObject({ status: 422, text: expect.stringMatching(/role="alert"[^]*cost_centre[^]*mine/) });
  expect((await run(id)).status).toMatch(/waiting|running/);

  const first = await submit(ann, {
    decision: 'approve',
    'form.cost_centre': 'c-1',
    'form.parts': '3',
    comment: 'fine',
  });
  expect(first.status).toBe(303);
  expect(await (await ask(first.response.headers.get('location')!)).text()).toContain('You approved it');
  const again = await ask(ann, {
    method: 'POST',
    body: new URLSearchParams({ ...hiddenIn(page), decision: 'deny' }),
  });
  expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('You approved it')]);

  expect((await submit(lea, { decision: 'approve', 'form.cost_centre': 'c-2' })).status).toBe(303);
  await until(async () => (await run(id)).status === 'completed');
  const { output } = await run(id);
  expect(output.votes).toMatchObject([
    { actor: 'user:ann', groups: ['finance'], comment: 'fine', form: { cost_centre: 'c-1', parts: 3 } },
    { actor: 'user:lea' },
  ]);
  for (const part of ['api', 'worker', 'projector'])
    expect(JSON.stringify(await heddle.log(part))).not.toContain(ann.slice(3));
});

test('who has lost the right decides nothing, nor does somebody’s link of another asking', async () => {
  await person('ann', { groups: ['finance'] });
  const id = await start('payout', { amount: 1 });
  const ann = await linkFor('ann', id);
  await person('ann', { groups: ['sales'] });
  const fields = { decision: 'approve', 'form.cost_centre': 'c-1' };
  expect(await submit(ann, fields)).toMatchObject({
    status: 403,
    text: expect.stringContaining('is for others than user:ann'),
  });
  await person('ann', { groups: ['finance'], roles: ['viewer'] });
  expect((await submit(ann, fields)).status).toBe(403);
  expect((await heddle.request('DELETE', '/people/user:ann')).status).toBe(204);
  expect((await submit(ann, fields)).status).toBe(403);
  await heddle.request('POST', `/workflow_runs/${id}/cancel`, { json: {} });
  await until(async () => (await (await ask(ann)).text()).includes('Nobody needs to decide this any more'));
});

test('what is no link, and who tries too often', async () => {
  expect((await ask(`/g/${'x'.repeat(43)}`)).status).toBe(404);
  expect((await ask('/g/short')).status).toBe(404);
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(`/g/${'y'.repeat(43)}`, { method: 'POST' })));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
});

test('whoever has not decided is reminded, and those are told to whom it goes then', async () => {
  await person('ops', { roles: ['operator'] });
  await person('chair', { groups: ['board'] });
  const id = await start('soon');
  await until(async () => to('ops').some(({ subject, text }) => subject === 'Reminder: Pay?' && text.includes(id)));
  await until(async () =>
    to('chair').some(({ subject, text }) => subject === 'Handed to you: Pay?' && text.includes(id)),
  );
  const chair = await linkFor('chair', id);
  expect((await submit(chair, { decision: 'deny', comment: 'no' })).status).toBe(303);
  await until(async () => (await run(id)).status === 'failed');
  expect((await run(id)).error.message).toContain('user:chair denied it: no');
});

test('a webhook gets links where an admin asks for them', async () => {
  const json = { url: receiver.url, events: ['gate.opened'], links: true };
  const engineer = (await heddle.request('POST', '/api_keys', { json: { name: 'e', roles: ['engineer'] } })).body.token;
  expect((await heddle.request('POST', '/webhooks', { json, token: engineer })).status).toBe(403);
  const hook = (await heddle.request('POST', '/webhooks', { json })).body.id;
  await person('lea', { groups: ['legal'] });
  const id = await start('payout', { amount: 7 });
  await waits(id);
  const sent = await until(async () =>
    receiver.received.map(({ body }) => JSON.parse(body)).find(({ data }) => data.run_id === id),
  );
  expect(sent.data.links).toEqual([{ person: 'user:lea', url: expect.stringMatching(LINK) }]);
  const [stored] = (await heddle.request('GET', `/webhooks/${hook}/deliveries`)).body.items;
  expect(stored.body).not.toContain('/g/');
  const path = LINK.exec(sent.data.links[0].url)![1]!;
  expect((await submit(path, { decision: 'deny' })).status).toBe(303);
  await until(async () => (await run(id)).status === 'failed');
});
