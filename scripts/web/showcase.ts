import type { E2E } from '../../tests/support/e2e.js';
import { type Person, as, person } from '../../tests/support/people.js';
import { until } from '../../tests/support/workflow.js';

/** What the pictures in docs/ show: workflows as a team would have them, in each state that a run can be in. */
const BRIEF = `name: publish-brief
description: Draft a brief, have it checked by two people, publish it.
input:
  type: object
  required: [topic]
  properties:
    topic: { type: string, description: What the brief is about. }
    audience: { type: string, enum: [public, partners, internal], default: public }
nodes:
  - key: draft
    type: tool_call
    config:
      tool: function
      input: { topic: "\${ input.topic }" }
      code: |
        export default ({ topic }) => {
          console.log('drafting a brief on ' + topic);
          for (const part of ['sources', 'figures', 'text']) console.log('\\u001b[32m✓\\u001b[0m ' + part);
          return {
            text: 'Noble gases take part in few reactions. Xenon is the one that does most.',
            elements: [
              { name: 'Helium', weight: 4.0026, found: 1868 },
              { name: 'Neon', weight: 20.18, found: 1898 },
              { name: 'Argon', weight: 39.95, found: 1894 },
              { name: 'Xenon', weight: 131.29, found: 1898 },
            ],
          };
        };
  - key: facts
    type: map
    config:
      over: "\${ [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24] }"
      concurrency: 4
      do: { type: transform, config: { value: { fact: "\${ item }" } } }
  - key: spelling
    type: tool_call
    config: { tool: function, code: "export default () => ({ mistakes: 0 })" }
  - key: sign_off
    type: human_gate
    on_error: continue
    config:
      title: "Publish the brief on \${ input.topic }?"
      show: { text: "\${ nodes.draft.output.text }", elements: "\${ nodes.draft.output.elements }" }
      policy: { quorum: [{ group: editors, count: 1 }, { group: legal, count: 1 }], exclude: [starter] }
      form: { type: object, properties: { note: { type: string, title: Note } } }
      deadline: { after: 48h, remind: [24h], then: deny }
  - { key: publish, type: transform, config: { value: { published: true } } }
  - { key: shelve, type: transform, config: { value: { published: false } } }
edges:
  - { from: draft, to: spelling }
  - { from: draft, to: sign_off }
  - { from: facts, to: sign_off }
  - { from: spelling, to: sign_off, condition: "nodes.spelling.output.mistakes == 0" }
  - { from: sign_off, to: publish }
  - { from: sign_off, to: shelve, on: failure }
`;

/** Its version 1: nobody had thought of a brief that is not published. */
const FIRST_BRIEF = BRIEF.split('\n')
  .filter((line) => !line.includes('shelve'))
  .join('\n')
  .replace(', condition: "nodes.spelling.output.mistakes == 0"', '');

const IMPORT = `name: nightly-import
description: Reads what came overnight. What can not be read is held for a person.
nodes:
  - { key: fetch, type: tool_call, config: { tool: function, code: "export default () => { console.log('reading 3 files'); return { rows: 312 } }" } }
  - key: parse
    type: tool_call
    config: { tool: function, code: "export default () => { throw new Error('row 17 has 4 columns, the header has 5') }" }
    retry: { max_attempts: 2, initial_interval: 1s }
    on_error: hold
  - { key: store, type: transform, config: { value: "stored" } }
  - { key: report, type: transform, config: { value: "reported" } }
edges:
  - { from: fetch, to: parse }
  - { from: parse, to: store }
  - { from: fetch, to: report }
`;

const INVOICE = `name: pay-invoice
description: Somebody approves, then the money goes out.
input: { type: object, required: [number, amount], properties: { number: { type: integer }, amount: { type: string } } }
nodes:
  - key: approve
    type: human_gate
    config: { title: "Pay invoice \${ string(input.number) }?", show: { amount: "\${ input.amount }" }, role: approver, deadline: { after: 6h, then: deny } }
  - { key: pay, type: transform, config: { value: { paid: "\${ input.amount }" } } }
  - { key: file, type: transform, config: { value: "filed" } }
edges: [{ from: approve, to: pay }, { from: approve, to: file, on: always }]
`;

export interface Showcase {
  /** An approver of the editors. */
  ann: Person;
  /** Waits for its gate. */
  waiting: string;
  /** Has a node that is held. */
  held: string;
  completed: string;
}

/** Fills an empty org; answers when each run is where its picture shows it. */
export async function showcase(heddle: E2E): Promise<Showcase> {
  const [ann, bob] = await Promise.all([person(heddle, 'ann', ['editors']), person(heddle, 'bob', ['legal'])]);
  for (const spec of [FIRST_BRIEF, BRIEF, IMPORT, INVOICE]) await heddle.apply(spec);
  const topics = ['noble gases', 'rare earths', 'lead'];
  const [waiting, approved, denied] = (await Promise.all(
    topics.map((topic) => heddle.run('publish-brief', { topic })),
  )) as [string, string, string];
  const held = await heddle.run('nightly-import');
  const invoices = [1017, 1018, 1021, 1024].map((number, i) =>
    heddle.run('pay-invoice', { number, amount: `${(i + 1) * 240} EUR` }),
  );
  await Promise.all(invoices);
  const status = async (run: string, wanted: string): Promise<boolean> => (await heddle.view(run)).status === wanted;
  for (const run of [waiting, approved, denied]) await until(() => status(run, 'waiting'));
  const decide = async (who: Person, run: string, decision: string): Promise<void> => {
    const { evidence } = (await heddle.request('GET', `/gates/${run}/sign_off`)).body as { evidence: string };
    const json = { decision, evidence, comment: 'Read it twice.', form: {} };
    const { status, body } = await as(heddle, who)('POST', `/workflow_runs/${run}/nodes/sign_off/decision`, json);
    if (status !== 200) throw new Error(`${run}: ${status} ${JSON.stringify(body)}`);
  };
  await decide(ann, approved, 'approve');
  await decide(bob, approved, 'approve');
  await decide(ann, denied, 'deny');
  await decide(bob, waiting, 'approve');
  await until(() => status(held, 'held'));
  await Promise.all([heddle.finished(approved), heddle.finished(denied)]);
  return { ann, waiting, held, completed: approved };
}
