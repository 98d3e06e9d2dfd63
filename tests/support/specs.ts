import fc from 'fast-check';
import type { Json, JsonObject } from '../../core/json.js';

/** Random specs: sound ones, and sound ones that something happened to. */

type Node = JsonObject & { key: string };

/** What a node of each type may say, given the nodes that it may read. */
function configs(upstream: readonly string[]): fc.Arbitrary<JsonObject> {
  const read = fc.constantFrom('input.n', 'input.s', 'run.id', ...upstream.map((key) => `nodes.${key}.output`));
  const value = fc.oneof(
    read.map((path) => `\${ ${path} }`),
    read.map((path) => `text of \${ string(${path} == null) }, and $\${ no }`),
    fc.constantFrom<Json>(1, true, null, 'plain', [1, 'x'], { deep: [{ er: null }] }),
  );
  const object = fc.dictionary(fc.constantFrom('a', 'b-c', 'd/e', 'f~g'), value, { noNullPrototype: true });
  const tool = fc.oneof(
    object.map((query): Json => ({ tool: 'http', request: { url: 'https://example.org', query } })),
    object.map((input): Json => ({ tool: 'function', name: 'noop', input })),
  );
  return fc.oneof(
    value.map((each) => ({ type: 'transform', config: { value: each } })),
    tool.map((config) => ({ type: 'tool_call', config })),
    object.map((message) => ({ type: 'agent_call', config: { agent: 'https://agent', message } })),
    fc.constantFrom('1s', 'PT2H').map((duration) => ({ type: 'wait', config: { duration } })),
    object.map((input) => ({ type: 'subworkflow', config: { workflow: 'other', input } })),
    object.map((show) => ({ type: 'human_gate', config: { title: 'Go on?', show } })),
    tool.map((config) => ({
      type: 'map',
      config: { over: '${ input.list }', do: { type: 'tool_call', config } },
    })),
  );
}

const join = fc.constantFrom<Json | undefined>(undefined, undefined, 'all', 'any', 'none_failed');

/** Sound specs: nodes and edges stand in any order, expressions read what is upstream. */
export const soundSpecs: fc.Arbitrary<JsonObject> = fc
  .uniqueArray(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/), { minLength: 1, maxLength: 8 })
  .filter((keys) => !keys.includes('__proto__'))
  .chain((keys) => {
    const ways = keys.flatMap((to, index) => keys.slice(0, index).map((from) => ({ from, to })));
    return fc.tuple(fc.constant(keys), fc.subarray(ways));
  })
  .chain(([keys, ways]) =>
    fc.record({
      nodes: fc.tuple(...keys.map((key) => nodeOf(key, ancestorsOf(key, ways)))),
      edges: fc.tuple(
        ...ways.map((way) =>
          fc.constantFrom<JsonObject>(
            way,
            way,
            { ...way, on: 'always' },
            { ...way, on: 'failure' },
            { ...way, condition: 'input.b' },
            { ...way, condition: `nodes.${way.from}.status == 'completed' && input.n > 1` },
          ),
        ),
      ),
      shuffle: fc.array(fc.nat()),
      more: fc.constantFrom<JsonObject>({}, { description: 'x' }, { limits: { run: { timeout: '1h' } } }),
    }),
  )
  .map(({ nodes, edges, shuffle, more }) => ({
    name: 'random',
    input: {
      type: 'object',
      properties: { n: { type: 'number' }, s: { type: 'string' }, b: { type: 'boolean' }, list: { type: 'array' } },
    },
    nodes: shuffled(nodes, shuffle),
    edges: shuffled(edges, shuffle),
    output: { last: `\${ nodes.${nodes.at(-1)!.key}.output }` },
    ...more,
  }));

const nodeOf = (key: string, upstream: string[]): fc.Arbitrary<Node> =>
  fc.record({ config: configs(upstream), join }).map(({ config, join: rule }) => ({
    key,
    ...config,
    on_error: 'continue',
    ...(rule === undefined ? {} : { join: rule }),
  }));

function ancestorsOf(key: string, ways: readonly { from: string; to: string }[]): string[] {
  const found = new Set([key]);
  for (const each of found) for (const { from, to } of ways) if (to === each) found.add(from);
  found.delete(key);
  return [...found];
}

function shuffled<T>(items: readonly T[], order: readonly number[]): T[] {
  return items
    .map((item, index) => ({ item, rank: order[index % Math.max(1, order.length)] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** A value that stands where none like it should. */
const odd = fc.oneof(
  fc.constantFrom<Json>(null, '', 'x', -1, 0, 1.5, 1e300, true, [], {}, '${', '${ }', '${ nodes }', 'P', '1ms'),
  fc.constantFrom<Json>('all', 'any', { n: 2 }, { n: 99 }, 'failure', 'false', 'true // x', "'", '${ item }'),
  fc.constantFrom<Json>('${ nodes.x.output }', '${ input.n + "a" }', { $ref: '#/x' }, { type: 'object' }, [[[[]]]]),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);
const name = fc.constantFrom(
  'key',
  'type',
  'config',
  'from',
  'to',
  'on',
  'condition',
  'join',
  'retry',
  'timeout',
  'x',
  'value',
  'input',
  'output',
  '__proto__',
  'toString',
  'a/b~c',
  '',
);

/** One change somewhere in a document: a value replaced, a field added, removed or renamed, an item doubled. */
const change = fc.record({
  where: fc.nat(),
  how: fc.constantFrom('replace', 'add', 'remove', 'rename', 'double'),
  value: odd,
  name,
});

export const brokenSpecs: fc.Arbitrary<Json> = fc
  .tuple(soundSpecs, fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([spec, changes]) =>
    changes.reduce<Json>((value, each) => changed(value, { ...each, value: copyOf(each.value) }), copyOf(spec)),
  );

const copyOf = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

function changed(
  root: Json,
  { where, how, value, name: field }: { where: number; how: string; value: Json; name: string },
): Json {
  const places: { holder: Json[] | JsonObject; step: string }[] = [];
  const visit = (holder: Json): void => {
    if (holder === null || typeof holder !== 'object') return;
    for (const [step, inner] of Object.entries(holder)) {
      places.push({ holder, step });
      visit(inner);
    }
  };
  visit(root);
  if (places.length === 0) return value;
  const { holder, step } = places[where % places.length]!;
  if (Array.isArray(holder)) {
    if (how === 'remove') holder.splice(Number(step), 1);
    else if (how === 'double') holder.push(copyOf(holder[Number(step)]!));
    else holder[Number(step)] = value;
  } else if (how === 'remove') delete holder[step];
  else if (how === 'add') own(holder, field, value);
  else if (how === 'rename') {
    const moved = holder[step]!;
    delete holder[step];
    own(holder, field, moved);
  } else holder[step] = value;
  return root;
}

const own = (holder: JsonObject, field: string, value: Json): void => {
  Object.defineProperty(holder, field, { value, enumerable: true, configurable: true, writable: true });
};
