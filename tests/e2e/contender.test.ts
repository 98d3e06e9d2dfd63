import { chain, diamond, one } from '../../scripts/bench/graphs.js';
import { outside } from '../../scripts/bench/outside/contender.js';
import { heddleOutside } from '../../scripts/bench/outside/heddle.js';
import { FIRST } from '../../scripts/bench/outside/protocol.js';
import { serveContender } from '../../scripts/bench/outside/serve.js';
import { type E2E, openE2E } from '../support/e2e.js';

/** The bench's kit on a real engine that it reaches by HTTP alone: Heddle itself, behind the protocol of docs/bench-contenders.md. */
let heddle: E2E;
let served: Awaited<ReturnType<typeof serveContender>>;
beforeAll(async () => {
  heddle = await openE2E();
  served = await serveContender(heddleOutside({ api: heddle.api, token: heddle.token }));
});
afterAll(async () => {
  await served.close();
  await heddle.close();
});

test.each([chain(5), diamond()])('$name is created, started and waited for', async (graph) => {
  const contender = outside('heddle-http', served.url);
  await contender.create(graph);
  const runs = await Promise.all(Array.from({ length: 3 }, () => contender.start(graph)));
  expect(await Promise.all(runs.map((run) => contender.wait(run)))).toEqual([FIRST, FIRST, FIRST]);
  const { nodes } = await heddle.view(runs[0]!);
  expect(nodes.map(({ key, status }) => [key, status])).toEqual(graph.shape.nodes.map(({ key }) => [key, 'completed']));
});

test('a step tells when it ran', async () => {
  const contender = outside('heddle-http', served.url);
  await contender.create(one());
  const before = Date.now();
  const ran = (await contender.wait(await contender.start(one()))) as number;
  expect(ran >= before && ran <= Date.now()).toBe(true);
});

test('what Heddle refuses reaches whoever measures', async () => {
  const contender = outside('heddle-http', served.url);
  const odd = { ...diamond(), shape: { ...diamond().shape, edges: [{ from: 'open', to: 'nowhere' }] } };
  await expect(contender.create(odd)).rejects.toThrow(
    /POST http:\S+\/graphs: expected a status of 200 to 299, got 500: .*the spec has one problem/,
  );
});
