import { Visitors } from '../support/browser.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { as, type Person, person } from '../support/people.js';
import { until } from '../support/workflow.js';

let heddle: E2E;
let visitors: Visitors;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  [heddle, visitors] = await Promise.all([openE2E(), Visitors.open()]);
  [ann, bob] = await Promise.all([person(heddle, 'ann', ['editors']), person(heddle, 'bob', ['editors'])]);
  await heddle.apply(SPEC);
});
afterAll(() => Promise.all([heddle.close(), visitors.close()]));

const SPEC = `name: publish
input: { type: object, properties: { topic: { type: string } } }
nodes:
  - { key: draft, type: transform, config: { value: { text: "\${ 'A brief on ' + input.topic }" } } }
  - key: check
    type: human_gate
    config:
      title: "Publish \${ input.topic }?"
      show: { text: "\${ nodes.draft.output.text }" }
      policy: { quorum: [{ group: editors, count: 1 }], exclude: [starter] }
      form: { type: object, required: [grade], properties: { grade: { type: string, enum: [good, fair] } } }
  - { key: out, type: transform, config: { value: "\${ nodes.check.output.form.grade }" } }
edges: [{ from: draft, to: check }, { from: check, to: out }]
output: "\${ nodes.out.output }"
`;

/** Started by ann, and waiting in the inboxes of editors. */
async function asked(topic: string): Promise<string> {
  const { body } = await as(heddle, ann)('POST', '/workflows/publish/run', { input: { topic } });
  const { id } = body as { id: string };
  await until(async () => (await heddle.request('GET', `/gates/${id}/check`)).status === 200);
  return id;
}

test('who started the run is not offered the decision; another approves it with keys, and the run goes on', async () => {
  const run = await asked('xenon');
  const starter = await visitors.visitor(heddle.api, ann.token);
  await starter.page.goto(`/inbox?run=${run}&node=check`);
  await starter.page.getByRole('heading', { name: 'Publish xenon?' }).waitFor();
  await starter.page.getByText('A brief on xenon').waitFor();
  expect(await starter.page.getByRole('button', { name: /^Approve/, disabled: false }).count()).toBe(0);
  const refused = await as(heddle, ann)('POST', `/workflow_runs/${run}/nodes/check/decision`, {
    ...{ decision: 'approve', form: { grade: 'good' } },
    evidence: ((await heddle.request('GET', `/gates/${run}/check`)).body as { evidence: string }).evidence,
  });
  expect(refused.status).toBe(403); // the server says so, too

  const { page, complaints } = await visitors.visitor(heddle.api, bob.token);
  await page.getByRole('link', { name: /Inbox/ }).click();
  await page.getByText('Publish xenon?').first().click();
  await page.getByRole('combobox', { name: /grade/i }).selectOption('good');
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: 'Approve this gate?' });
  await dialog.waitFor();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(await heddle.finished(run)).toMatchObject({ status: 'completed', output: 'good' });
  expect([...complaints, ...starter.complaints]).toEqual([]);
});

test('what was decided elsewhere meanwhile is said, and nothing is decided twice', async () => {
  const run = await asked('argon');
  const { page } = await visitors.visitor(heddle.api, bob.token);
  await page.goto(`/inbox?run=${run}&node=check`);
  await page.getByRole('combobox', { name: /grade/i }).selectOption('fair');
  const { evidence } = (await heddle.request('GET', `/gates/${run}/check`)).body as { evidence: string };
  await as(heddle, bob)('POST', `/workflow_runs/${run}/nodes/check/decision`, {
    ...{ decision: 'approve', evidence, form: { grade: 'good' } },
  });
  expect((await heddle.finished(run)).output).toBe('good');
  // The page hears of it by itself.
  await until(async () => (await page.getByRole('button', { name: /^Approve/, disabled: false }).count()) === 0);
  await page
    .getByText(/approved/i)
    .first()
    .waitFor();
});

test('on a phone: from the list to the gate, and back when it is denied', async () => {
  const run = await asked('neon');
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const { page, complaints } = await visitors.visitor(heddle.api, bob.token, phone);
  await page.goto('/inbox');
  await page.getByText('Publish neon?').first().tap();
  await page.getByRole('heading', { name: 'Publish neon?' }).waitFor();
  const deny = page.getByRole('button', { name: /^Deny/ });
  expect((await deny.boundingBox())!.height).toBeGreaterThanOrEqual(40); // for a thumb
  await deny.tap();
  const dialog = page.getByRole('dialog', { name: 'Deny this gate?' });
  await dialog.getByRole('button', { name: 'Deny' }).tap();
  await dialog.waitFor({ state: 'detached' });
  expect((await heddle.finished(run)).status).toBe('failed');
  expect(complaints).toEqual([]);
});
