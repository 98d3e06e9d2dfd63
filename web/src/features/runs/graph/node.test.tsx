import { act, render, screen } from '@testing-library/react';
import { Profiler } from 'react';
import type { NodeView, RunView } from '../../../../../core/events/view.js';
import { viewOf } from '../live/state.js';
import { liveRun } from '../live/store.js';
import { RunNode } from './node.js';
import { newScene, SceneContext } from './scene.js';

const node = (key: string, more: Partial<NodeView> = {}): NodeView => ({
  ...{ key, type: 'tool_call', status: 'pending', attempt: 0, input: null, output: null, error: null },
  ...{ queued_at: null, started_at: null, finished_at: null, why: null, ...more },
});
const view = (...nodes: NodeView[]) =>
  viewOf({ id: 'run_1', status: 'running', nodes, cursor: '0000.000001.000000' } as unknown as RunView);

function drawn(...nodes: NodeView[]) {
  const { store } = liveRun('run_1');
  store.setState({ state: 'ready', view: view(...nodes) });
  const scene = newScene();
  const draws = new Map<string, number>();
  const selected: (string | undefined)[] = [];
  render(
    <SceneContext.Provider value={{ runId: 'run_1', scene, select: (key) => selected.push(key) }}>
      {nodes.map(({ key, type }) => (
        <Profiler key={key} id={key} onRender={(id) => draws.set(id, (draws.get(id) ?? 0) + 1)}>
          <RunNode data={{ nodeKey: key, type }} />
        </Profiler>
      ))}
    </SceneContext.Provider>,
  );
  const change = (next: NodeView) =>
    act(() =>
      store.setState(({ view: before }) => ({
        view: { ...before!, nodes: new Map(before!.nodes).set(next.key, next) },
      })),
    );
  return { scene, draws, selected, change };
}

test('a change of one node draws that one anew, and no other', () => {
  const { draws, change } = drawn(node('a'), node('b'), node('c'));
  change(node('b', { status: 'held', error: { code: 'HTTP_5XX', message: 'the server failed' } }));
  expect(Object.fromEntries(draws)).toEqual({ a: 1, b: 2, c: 1 });
  expect(screen.getByRole('img', { name: 'b, tool call, Held: HTTP_5XX: the server failed' })).toBeTruthy();
});

test('so does the keyboard when it goes from one to the other', () => {
  const { draws, scene } = drawn(node('a'), node('b'), node('c'));
  act(() => scene.setState({ cursor: 'a' }));
  act(() => scene.setState({ cursor: 'b' }));
  expect(Object.fromEntries(draws)).toEqual({ a: 3, b: 2, c: 1 });
});

test('a node says that it was undone, taken over, and how far its map is', () => {
  const undone = {
    status: 'held',
    attempt: 1,
    input: null,
    output: null,
    error: null,
    started_at: null,
    finished_at: null,
  };
  drawn(
    node('pay', { status: 'completed', origin: 'run_0', compensation: undone as NodeView['compensation'] & object }),
    node('each', { type: 'map', status: 'running', items: { total: 6, completed: 3, failed: 1 } }),
  );
  expect(screen.getByText('undo held')).toBeTruthy();
  expect(screen.getByText('kept')).toBeTruthy();
  expect(screen.getByText('3 of 6 items, 1 failed')).toBeTruthy();
});

test('a press opens it', () => {
  const { selected } = drawn(node('a'));
  act(() => document.querySelector<HTMLElement>('[data-node=a]')!.click());
  expect(selected).toEqual(['a']);
});
