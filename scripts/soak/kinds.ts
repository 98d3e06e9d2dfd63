import type { RunStatus } from '../../core/engine/outcome.js';
import type { Json } from '../../core/json.js';

/** A kind of run in the mix: its spec, how it must end, and which effects it must have had, each once. */
export interface Kind {
  name: string;
  spec: Json;
  ends: RunStatus;
  effects: string[];
  /** What somebody does while it is open. */
  act?: 'approve' | 'deny' | 'cancel';
}

const retry = { max_attempts: 100, initial_interval: '200ms', backoff: 1.5, max_interval: '2s' };
const timeout = { attempt: '10s', heartbeat: '2s' };
const edges = (...path: string[]) => path.slice(1).map((to, i) => ({ from: path[i]!, to }));
const quick = (key: string) => ({
  key,
  type: 'tool_call',
  config: { tool: 'function', name: 'noop', input: { hop: 0 } },
});
const sandboxed = (key: string) => ({
  key,
  type: 'tool_call',
  config: { tool: 'function', code: 'export default () => 1' },
});

/** The mix: one of each in turn. */
export function kindsOf(url: string): Kind[] {
  const call = (node: string, query = 'ms=20') => ({
    tool: 'http',
    request: { method: 'POST', url: `${url}/effect/${node}?${query}`, json: { run: '${ run.id }' } },
  });
  const effect = (key: string, query?: string) => ({
    key,
    type: 'tool_call',
    config: call(key, query),
    retry,
    timeout,
  });
  const kind = (name: string, nodes: object[], path: string[], rest: Omit<Kind, 'name' | 'spec'>): Kind => ({
    ...{ name, ...rest },
    spec: { name, nodes, edges: edges(...path) } as unknown as Json,
  });
  const gated = (name: string) => [
    effect('ask'),
    { key: 'gate', type: 'human_gate', config: { title: name } },
    effect('then'),
  ];
  const path = ['ask', 'gate', 'then'];
  const item = {
    type: 'tool_call',
    config: {
      ...call(''),
      request: { ...call('').request, url: `\${ '${url}/effect/item' + string(index) + '?ms=20' }` },
    },
    ...{ retry, timeout },
  };
  return [
    kind('fused', [quick('a'), sandboxed('b'), { ...effect('c'), fuse: 'always' }], ['a', 'b', 'c'], {
      ends: 'completed',
      effects: ['c'],
    }),
    kind(
      'apart',
      [{ ...quick('a'), fuse: 'never' }, { ...sandboxed('b'), fuse: 'never' }, effect('c')],
      ['a', 'b', 'c'],
      { ends: 'completed', effects: ['c'] },
    ),
    kind(
      'map',
      [{ key: 'all', type: 'map', config: { over: '${ [0, 1, 2, 3] }', concurrency: 2, do: item } }, effect('c')],
      ['all', 'c'],
      { ends: 'completed', effects: ['item0', 'item1', 'item2', 'item3', 'c'] },
    ),
    kind('approved', gated('approved'), path, { ends: 'completed', effects: ['ask', 'then'], act: 'approve' }),
    kind('denied', gated('denied'), path, { ends: 'failed', effects: ['ask'], act: 'deny' }),
    kind(
      'timer',
      [effect('a'), { key: 'pause', type: 'wait', config: { duration: '3s' } }, effect('c')],
      ['a', 'pause', 'c'],
      { ends: 'completed', effects: ['a', 'c'] },
    ),
    kind('retried', [effect('a', 'ms=10&fails=2'), effect('c')], ['a', 'c'], {
      ends: 'completed',
      effects: ['a', 'c'],
    }),
    kind(
      'cancelled',
      [effect('a'), { key: 'pause', type: 'wait', config: { duration: '1h' } }, effect('c')],
      ['a', 'pause', 'c'],
      { ends: 'cancelled', effects: [], act: 'cancel' },
    ),
  ];
}
