import { randomBytes } from 'node:crypto';
import { type E2E, openE2E } from '../support/e2e.js';

/** P7: what is many or large stays within Temporal's limits: 4 MiB a request, 2 MiB a payload, 50 MiB a history. */
let heddle: E2E;
beforeAll(async () => {
  heddle = await openE2E();
});
afterAll(() => heddle.close());

const history = async (id: string): Promise<number> =>
  JSON.stringify((await heddle.request('GET', `/workflow_runs/${id}/history`)).body).length;

test('300 values of 15 kB side by side, all looked into by one join', async () => {
  const keys = Array.from({ length: 300 }, (_, i) => `n${i}`);
  await heddle.apply(
    JSON.stringify({
      name: 'wide',
      nodes: [
        ...keys.map((key, n) => ({
          key,
          type: 'tool_call',
          config: { tool: 'function', name: 'noop', input: { n, text: '${ input.text }' } },
        })),
        {
          key: 'join',
          type: 'transform',
          config: { value: Object.fromEntries(keys.map((key) => [key, `\${ size(nodes.${key}.output.text) }`])) },
        },
      ],
      edges: keys.map((from) => ({ from, to: 'join' })),
      output: { first: '${ nodes.join.output.n0 }', last: '${ nodes.join.output.n299 }' },
      limits: { run: { max_parallel: 300 } },
    }),
  );
  const text = randomBytes(11_250).toString('base64'); // compression must not help
  const id = await heddle.run('wide', { text });
  const view = await heddle.finished(id);
  expect(view).toMatchObject({ status: 'completed', error: null, output: { first: 15_000, last: 15_000 } });
  expect(view.nodes.find(({ key }) => key === 'n7')!.output).toMatchObject({
    n: 7,
    text: { $artifact: expect.any(String) },
  });
  expect(await history(id)).toBeLessThan(20_000_000);
});

test('a map whose items are large, in the run and in a child; what reads one item finds it', async () => {
  await heddle.apply(`
name: heavy-map
input: { type: object, properties: { count: { type: integer }, batch: { type: integer } } }
nodes:
  - key: list
    type: tool_call
    config: { tool: function, code: "export default ({ count }) => Array.from({ length: count }, (_, i) => i)", input: { count: "\${ input.count }" } }
  - key: m
    type: map
    config:
      over: "\${ nodes.list.output }"
      concurrency: 100
      batch: 20
      do: { type: transform, config: { value: { i: "\${ item }", text: "\${ '${'y'.repeat(3_000)}' + string(item) }" } } }
  - { key: look, type: transform, config: { value: "\${ nodes.m.output.items[77].text.size() }" } }
edges: [{ from: list, to: m }, { from: m, to: look }]
output: "\${ nodes.look.output }"
`);
  for (const count of [150, 600]) {
    const view = await heddle.finished(await heddle.run('heavy-map', { count }));
    expect({ count, status: view.status, error: view.error, output: view.output }).toEqual({
      count,
      status: 'completed',
      error: null,
      output: 3_002,
    });
  }
});

test('an input of 3 MB is an artifact before it reaches the history', async () => {
  await heddle.apply(`
name: big-input
nodes: [{ key: a, type: transform, config: { value: "\${ size(input.text) }" } }]
output: "\${ nodes.a.output }"
`);
  const id = await heddle.run('big-input', { text: 'z'.repeat(3_000_000), n: 1 });
  const view = await heddle.finished(id);
  expect(view).toMatchObject({
    status: 'completed',
    output: 3_000_000,
    input: { n: 1, text: { $artifact: expect.any(String) } },
  });
  expect(await history(id)).toBeLessThan(50_000);
  const refused = await heddle.request('POST', '/workflows/big-input/run', {
    json: { metadata: { m: 'x'.repeat(20_000) } },
  });
  expect(refused).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
});
