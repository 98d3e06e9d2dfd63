import fc from 'fast-check';
import { stringify } from 'yaml';
import { allAtOnce, chooser, drive } from '../../tests/support/walks.js';
import { soundSpecs } from '../../tests/support/specs.js';
import { A, B, C, spec } from '../../tests/support/marked.js';
import { isFinal } from '../engine/state.js';
import type { Json, JsonObject } from '../json.js';
import { compile } from './compile.js';
import type { Plan } from './plan.js';

function planOf(text: string, format: 'yaml' | 'json' = 'yaml'): Plan {
  const compiled = compile(text, { format });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 1));
  return compiled.plan;
}
const bytes = (plan: Plan) => JSON.stringify(plan);

describe('a plan', () => {
  test('has its nodes in order, indices for keys, and defaults filled in', () => {
    const plan = planOf(
      spec(
        C + B + A,
        '  - { from: b, to: c, on: failure }\n  - { from: a, to: b, condition: "nodes.a.output == 1" }\n',
      ).replace(
        'key: b, type: transform, config: { value: 1 }',
        'key: b, type: tool_call, on_error: continue, config: { tool: function, name: f, input: "${ nodes.a.output.x + nodes.a.status }" }',
      ),
    );
    expect(plan.nodes.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(plan.edges).toEqual([
      { from: 1, to: 2, on: 'failure', reads: [] },
      { from: 0, to: 1, on: 'success', condition: 'nodes.a.output == 1', reads: ['a'] },
    ]);
    expect(plan.nodes[1]).toEqual({
      key: 'b',
      type: 'tool_call',
      config: {
        tool: 'function',
        name: 'f',
        input: '${ nodes.a.output.x + nodes.a.status }',
        memory_mb: 64,
        time_ms: 2000,
      },
      reads: ['a'],
      in: [1],
      out: [0],
      join: 'all',
      losers: 'let_run',
      on_error: 'continue',
      retry: { max_attempts: 3, initial_interval_ms: 1000, backoff: 2, max_interval_ms: 60_000, non_retryable: [] },
      timeout: { attempt_ms: 60_000, heartbeat_ms: 10_000 },
    });
    expect(plan).toMatchObject({ plan_format: 1, name: 'demo', run: { max_parallel: 50 } });
  });

  test('has durations in milliseconds', () => {
    const plan = planOf(`name: demo
nodes:
  - key: a
    type: transform
    config: { value: 1 }
    retry: { initial_interval: 10m, backoff: 1.5, non_retryable: [HTTP_4XX] }
    timeout: { attempt: PT1M30S, total: 1.5h, heartbeat: 1s }
limits: { run: { timeout: 2d, max_parallel: 7 } }
`);
    expect(plan.nodes[0]!.retry).toEqual({
      max_attempts: 1,
      initial_interval_ms: 600_000,
      backoff: 1.5,
      max_interval_ms: 600_000, // never shorter than the first wait
      non_retryable: ['HTTP_4XX'],
    });
    expect(plan.nodes[0]!.timeout).toEqual({ attempt_ms: 90_000, total_ms: 5_400_000, heartbeat_ms: 1_000 });
    expect(plan.run).toEqual({ timeout_ms: 172_800_000, max_parallel: 7 });
  });

  test('keeps nodes without an order between them in the order of the document', () => {
    expect(planOf(spec(C + A + B)).nodes.map(({ key }) => key)).toEqual(['c', 'a', 'b']);
  });
});

test('of random specs the nodes come in topological order, and nodes and edges survive', () => {
  fc.assert(
    fc.property(soundSpecs, (document) => {
      const plan = planOf(JSON.stringify(document), 'json');
      for (const { from, to } of plan.edges) expect(from).toBeLessThan(to);
      const keys = plan.nodes.map(({ key }) => key);
      const nodes = document['nodes'] as JsonObject[];
      expect([...keys].sort()).toEqual(nodes.map(({ key }) => key as string).sort());
      for (const { key, type, config } of plan.nodes)
        expect({ type, config }).toMatchObject(survivors(nodes.find((node) => node['key'] === key)!));
      const said = (document['edges'] as JsonObject[]).map(({ from, to, on = 'success', condition }) => [
        from,
        to,
        on,
        condition,
      ]);
      expect(plan.edges.map(({ from, to, on, condition }) => [keys[from], keys[to], on, condition])).toEqual(said);
      for (const [index, node] of plan.nodes.entries()) {
        expect(node.in.map((edge) => plan.edges[edge]!.to)).toEqual(node.in.map(() => index));
        expect(node.out.map((edge) => plan.edges[edge]!.from)).toEqual(node.out.map(() => index));
      }
      expect(plan.nodes.reduce((sum, node) => sum + node.in.length, 0)).toBe(plan.edges.length);
    }),
  );
});

/** What of a node's spec stands in the plan as it was written. A map's body is planned like a node of its own. */
function survivors({ type, config }: JsonObject): JsonObject {
  if (type !== 'map') return { type: type!, config: config! };
  const { over, do: body } = config as { over: Json; do: JsonObject };
  return { type, config: { over, do: { type: body['type']!, config: body['config']! } } };
}

test('YAML and JSON of one spec give the same plan, byte for byte, every time, and it survives its own JSON', () => {
  fc.assert(
    fc.property(
      soundSpecs,
      fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'BLOCK_LITERAL') as fc.Arbitrary<'PLAIN'>,
      (document, style) => {
        const fromJson = planOf(JSON.stringify(document), 'json');
        const yaml = stringify(document, { defaultStringType: style, defaultKeyType: 'PLAIN', lineWidth: 0 });
        expect(bytes(planOf(yaml))).toBe(bytes(fromJson));
        expect(bytes(planOf(JSON.stringify(document, null, 2)))).toBe(bytes(fromJson)); // JSON is YAML, too
        expect(bytes(planOf(yaml))).toBe(bytes(fromJson));
        expect(bytes(JSON.parse(bytes(fromJson)) as Plan)).toBe(bytes(fromJson));
      },
    ),
    { numRuns: 60 },
  );
});

test('P4: what the compiler accepts never hangs, whatever fails and in whatever order', () => {
  fc.assert(
    fc.property(soundSpecs, fc.integer(), fc.nat(100), (document, seed, salt) => {
      const plan = planOf(JSON.stringify(document), 'json');
      const fails = (task: string) => (task.length * 7 + task.charCodeAt(0) + salt) % 4 === 0;
      const input = { n: 2, s: 'x', b: salt % 2 === 0, list: [1, 2] };
      const answer = ({ task }: { task: string }): Json =>
        task.endsWith('~plan')
          ? { plan: plan as unknown as Json, run: {}, input: {} }
          : task.includes('[') || task.endsWith(']')
            ? { items: [{ status: 'completed', output: 1 }] }
            : { output: { from: task } };
      const { walk } = drive(withoutGates(plan), chooser(seed, fails), { input, answer });
      expect(walk.nodes.every(({ status }) => isFinal(status))).toBe(true);
      expect(walk.edges.every((edge) => edge !== 'open')).toBe(true);
    }),
    { numRuns: 200 },
  );
});

/** Gates wait for people; here they are work. */
const withoutGates = (plan: Plan): Plan => ({
  ...plan,
  nodes: plan.nodes.map((node) => (node.type === 'human_gate' ? { ...node, type: 'agent_call' } : node)),
});

test('a spec of one node runs', () => {
  const { walk } = drive(planOf(spec(A)), allAtOnce());
  expect(walk.end?.status).toBe('completed');
});
