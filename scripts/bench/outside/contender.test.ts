import { once } from 'node:events';
import { createServer } from 'node:http';
import { chain, diamond, fan, type Graph, one } from '../graphs.js';
import { outside } from './contender.js';
import type { Json } from '../../../core/json.js';
import { FIRST, type GraphRequest } from './protocol.js';
import { type OutsideEngine, serveContender } from './serve.js';

/** An engine in memory: it walks each graph step by step, and says which steps it ran in which order. */
function memory(): OutsideEngine & { ran: Map<string, string[]> } {
  const graphs = new Map<string, GraphRequest>();
  const ran = new Map<string, string[]>();
  const outputs = new Map<string, Json>();
  return {
    ran,
    create: async (graph) => void graphs.set(graph.name, graph),
    async start(name) {
      const id = `run ${ran.size}`; // an id is any text
      const { nodes, edges, output } = graphs.get(name)!;
      const values = new Map<string, Json>();
      while (values.size < nodes.length)
        for (const { key, does } of nodes) {
          const from = edges.filter(({ to }) => to === key).map((edge) => edge.from);
          if (values.has(key) || !from.every((each) => values.has(each))) continue;
          values.set(key, does === 'clock' ? Date.now() : from.length > 0 ? values.get(from[0]!)! : FIRST);
        }
      ran.set(id, [...values.keys()]);
      outputs.set(id, values.get(output)!);
      return id;
    },
    async wait(run) {
      const output = outputs.get(run);
      return output === undefined ? undefined : { status: 'completed', output };
    },
  };
}

test.each<[string, Graph, string[]]>([
  ['a chain', chain(3), ['s0', 's1', 's2']],
  ['a fan-out', fan(2), ['open', 's0', 's1', 'join']],
  ['a diamond', diamond(), ['open', 's0', 's1', 's2', 'join']],
])('%s is run by an engine that is only reached by HTTP', async (_name, graph, order) => {
  const engine = memory();
  const { url, close } = await serveContender(engine);
  const contender = outside('memory', url);
  await contender.create(graph);
  const run = await contender.start(graph);
  expect(await contender.wait(run)).toEqual(FIRST);
  expect(engine.ran.get(run)).toEqual(order);
  await close();
});

test('the time at which its step ran comes back', async () => {
  const { url, close } = await serveContender(memory());
  const contender = outside('memory', url);
  await contender.create(one());
  expect(await contender.wait(await contender.start(one()))).toEqual(expect.any(Number));
  await close();
});

test('a run that is still running is asked for again', async () => {
  const engine = memory();
  const asked: string[] = [];
  const { url, close } = await serveContender({
    ...engine,
    wait: async (run, ms) => {
      asked.push(`${run} ${ms}`);
      return asked.length < 3 ? { status: 'running' } : engine.wait(run, ms);
    },
  });
  const contender = outside('slow', url);
  await contender.create(diamond());
  expect(await contender.wait(await contender.start(diamond()))).toEqual(FIRST);
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'run 0 30000'));
  await close();
});

/** Answers as the table says; undefined: not at all. */
async function answering(answers: Record<string, [status: number, text: string] | undefined>) {
  const server = createServer((req, res) => {
    const answer = answers[`${req.method} ${new URL(req.url!, 'http://x').pathname}`];
    if (answer) res.writeHead(answer[0]).end(answer[1]);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
const GOOD = {
  'POST /graphs': [201, ''],
  'POST /runs': [201, '{"id":"r1"}'],
  'GET /runs/r1': [200, '{"status":"completed","output":{"hop":0}}'],
} satisfies Record<string, [number, string]>;

test.each<[string, Parameters<typeof answering>[0], RegExp]>([
  [
    'refuses a graph',
    { 'POST /graphs': [501, 'no graphs here'] },
    /^contender odd: POST http:\S+\/graphs: expected a status of 200 to 299, got 501: no graphs here$/,
  ],
  [
    'names no run',
    { 'POST /runs': [200, '{"run":"r1"}'] },
    /POST http:\S+\/runs: [^]*expected \{"id": "…"\}, got \{"run":"r1"\}$/,
  ],
  [
    'answers no JSON',
    { 'GET /runs/r1': [200, '<html>'] },
    /GET http:\S+\/runs\/r1\?wait=30s: [^]*expected \{"status": "running"\}, [^]*got <html>$/,
  ],
  ['knows other states', { 'GET /runs/r1': [200, '{"status":"done"}'] }, /status[^]*got \{"status":"done"\}$/],
  [
    'skips the steps',
    { 'GET /runs/r1': [200, '{"status":"completed","output":null}'] },
    /the output of diamond is null; expected \{"hop":0\}$/,
  ],
  [
    'fails',
    { 'GET /runs/r1': [200, '{"status":"failed","error":"no room"}'] },
    /^contender odd: run r1 failed: no room$/,
  ],
  [
    'never ends',
    { 'GET /runs/r1': [200, '{"status":"running"}'] },
    /^contender odd: run r1 has not ended within 0.05 s$/,
  ],
  ['does not answer', { 'POST /runs': undefined }, /POST http:\S+\/runs: no answer within 0.2 s$/],
])('a contender that %s is told so', async (_name, answers, message) => {
  const { url, close } = await answering({ ...GOOD, ...answers });
  const contender = outside('odd', url, { answerMs: 200, runMs: 50 });
  const all = async () => {
    await contender.create(diamond());
    return contender.wait(await contender.start(diamond()));
  };
  await expect(all()).rejects.toThrow(message);
  close();
});

test('a contender that is not there is named', async () => {
  const { url, close } = await serveContender(memory());
  await close();
  await expect(outside('gone', url).create(diamond())).rejects.toThrow(
    /^contender gone: POST http:\S+\/graphs: not reached \(ECONNREFUSED\)$/,
  );
});
