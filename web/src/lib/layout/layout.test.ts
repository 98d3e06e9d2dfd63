/** @jest-environment node */
import ELK from 'elkjs/lib/elk.bundled.js';
import { fromElk, type Graph, type Point, toElk } from './elk.js';
import { roughly } from './roughly.js';

/** `a>b b>c`: nodes as they are named, all of one size. */
function graphOf(text: string): Graph {
  const edges = text.split(' ').map((each, index) => {
    const [from = '', to = ''] = each.split('>');
    return { id: String(index), from, to };
  });
  const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].filter((id) => id !== '' && id !== 'gone');
  return { nodes: ids.map((id) => ({ id, width: 200, height: 60 })), edges };
}
const placedBy = { ELK: async (graph: Graph) => fromElk(await new ELK().layout(toElk(graph, 'down'))).nodes, roughly };

describe.each(Object.entries(placedBy))('%s', (_, place) => {
  test.each(['a>b', 'a>b a>c b>d c>d', 'a>b b>c a>c', 'a>b c>d', 'a> b>', 'a>b b>gone'])(
    '%s: edges lead down, and nothing lies on anything else',
    async (text) => {
      const graph = graphOf(text);
      const places = await place(graph);
      for (const { from, to } of graph.edges)
        if (places.has(from) && places.has(to)) expect(places.get(to)!.y).toBeGreaterThan(places.get(from)!.y + 60);
      const all = graph.nodes.map(({ id }) => places.get(id)!);
      expect(all.flatMap((a, i) => all.slice(i + 1).filter((b) => overlap(a, b)))).toEqual([]);
    },
  );

  test.each(['a>b b>a', 'a>a', 'a>b b>c c>b c>d'])('%s: a circle is placed, too', async (text) => {
    expect((await place(graphOf(text))).size).toBe(graphOf(text).nodes.length);
  });
});

test('to the right, when that is asked for', async () => {
  const { nodes, edges } = fromElk(await new ELK().layout(toElk(graphOf('a>b'), 'right')));
  expect(nodes.get('b')!.x).toBeGreaterThan(nodes.get('a')!.x + 200);
  expect(edges.get('0')!.length).toBeGreaterThanOrEqual(2);
});

const overlap = (a: Point, b: Point): boolean => Math.abs(a.x - b.x) < 200 && Math.abs(a.y - b.y) < 60;
