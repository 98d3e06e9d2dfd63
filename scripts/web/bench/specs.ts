/** A layered graph of transforms: `nodes` of them, each reading up to three of the layer before; always the same for the same size. JSON of a spec. */
export function layered(name: string, nodes: number, width = 40): string {
  const random = lcg(nodes);
  const key = (i: number): string => `n${String(i).padStart(4, '0')}`;
  const edges = new Set<string>();
  for (let i = width; i < nodes; i++) {
    const first = (Math.floor(i / width) - 1) * width;
    for (let k = 0; k < 3; k++) edges.add(`${key(first + Math.floor(random() * width))} ${key(i)}`);
  }
  return JSON.stringify({
    name,
    nodes: Array.from({ length: nodes }, (_, i) => ({ key: key(i), type: 'transform', config: { value: i } })),
    edges: [...edges].map((edge) => ({ from: edge.split(' ')[0], to: edge.split(' ')[1] })),
  });
}

/** Waits that end one after another, `perSecond` of them from the third second on, each with a transform behind it: six events for each. */
export function steady(name: string, { waits, perSecond }: { waits: number; perSecond: number }): string {
  const pairs = Array.from({ length: waits }, (_, i) => ({
    wait: { key: `wait${i}`, type: 'wait', config: { duration: `${3000 + Math.round((i * 1000) / perSecond)}ms` } },
    after: { key: `after${i}`, type: 'transform', config: { value: i } },
  }));
  return JSON.stringify({
    name,
    nodes: [...pairs.map(({ wait }) => wait), ...pairs.map(({ after }) => after)],
    edges: pairs.map(({ wait, after }) => ({ from: wait.key, to: after.key })),
  });
}

/** Numbers in [0, 1) that look random (Park and Miller, 1988). */
function lcg(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
