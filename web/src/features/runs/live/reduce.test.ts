/** @jest-environment node */
import { type CloudEvent, durableEvent, liveEvent } from '../../../../../core/events/cloud-event.js';
import type { CompensationView, NodeView, RunView } from '../../../../../core/events/view.js';
import { RECORDED, recordedStory } from '../../../../../tests/support/scripted-run.js';
import { reduce } from './reduce.js';
import { type LiveView, merge, type RunHead, viewOf } from './state.js';

type Story = Awaited<ReturnType<typeof recordedStory>>;

/** The run as the API shows it after each step of its history, and the events of the step. */
function course(story: Story) {
  const telling = story.tell();
  const accepted: RunView = {
    ...{ ...story.header, status: 'queued', input: null, output: null, error: null },
    ...{ started_at: null, finished_at: null, nodes: [], cursor: '' },
  };
  // What was redriven begins with what it had come to.
  const begins = telling.view().nodes.every(({ status }) => status === 'pending') ? accepted : telling.view();
  const steps = Array.from({ length: story.steps }, (_, step) => {
    const events = telling.take(step).map((event) => durableEvent(story.header.id, event));
    return { events, view: structuredClone(telling.view()) };
  });
  return [{ events: [], view: structuredClone(begins) }, ...steps];
}

/**
 * What events tell. They do not tell why a node stands where it stands, an input that was put together late, attempts to undo that go on, and
 * what only the plan or another run knows: all that comes when the run is read again.
 */
function told({ amendments: _a, input: _i, ...run }: RunHead, nodes: Iterable<NodeView>) {
  return {
    run,
    nodes: Object.fromEntries(
      [...nodes].map(({ why: _w, run_id: _r, origin: _o, compensation, ...node }) => [
        node.key,
        { ...node, ...(compensation && compensation.status !== 'pending' ? { undone: undone(compensation) } : {}) },
      ]),
    ),
  };
}
const undone = ({ attempt, input: _i, ...rest }: CompensationView) => ({
  ...rest,
  attempt: rest.status === 'running' ? 0 : attempt,
});

const ofView = ({ nodes, cursor: _c, ...run }: RunView) => told(run, nodes);
/** With inputs that came late. */
function ofLive({ run, nodes }: LiveView, { nodes: shown }: RunView) {
  const inputs = new Map(shown.map(({ key, input }) => [key, input]));
  return told(
    run,
    [...nodes.values()].map((node) => ({ ...node, input: node.input ?? inputs.get(node.key) ?? null })),
  );
}

/** What workers say live of attempts that failed and are followed by another, which history does not tell. */
const failedLive = ({ id, nodes }: RunView): CloudEvent[] =>
  nodes
    .filter(({ status, why }) => status === 'queued' && why?.startsWith('attempt '))
    .map(({ key, attempt }) =>
      liveEvent({
        ...{ type: 'node.retrying', run_id: id, node_key: key, attempt, at: '2026-01-01T00:00:00.000Z' },
        data: { code: 'HTTP_5XX', message: 'no' },
      }),
    );

test.each(RECORDED)(
  'P1: %s: from a snapshot anywhere, or the beginning, events lead to what the API shows',
  async (name) => {
    const story = await recordedStory(name);
    const steps = course(story);
    for (let from = 0; from < steps.length; from += from === 0 ? 1 : 4) {
      let live = viewOf(steps[from]!.view, story.plan);
      for (const { events, view } of steps.slice(from + 1)) {
        live = reduce(live, [...failedLive(view), ...events, ...failedLive(view)]);
        if (live.stale) live = viewOf(view); // it is read again at once
        expect(ofLive(live, view)).toEqual(ofView(view));
      }
    }
  },
);

test.each(RECORDED)(
  'P2: %s: what came before, or comes again, changes nothing; neither does how events are bundled',
  async (name) => {
    const story = await recordedStory(name);
    const [first, ...steps] = course(story);
    const events = steps.flatMap((step) => step.events);
    const begins = viewOf(first!.view, story.plan);
    const live = reduce(begins, events);
    if (live.stale) return; // it would be read in between
    expect(reduce(live, events)).toBe(live);
    expect(events.reduce((view, event) => reduce(reduce(view, [event]), events.slice(0, 1)), begins)).toEqual(live);
  },
);

describe('what is heard live', () => {
  const node = (status: NodeView['status'], attempt = 0): NodeView => ({
    ...{ key: 'a', type: 'tool_call', status, attempt, input: null, output: null, error: null },
    ...{ queued_at: null, started_at: null, finished_at: null, why: null },
  });
  const withNode = (of: NodeView): LiveView =>
    viewOf({
      ...{ id: 'run_1', org_id: 'org', workflow_id: 'wf_1', workflow: 'w', version: 1, starter: 'key:k', metadata: {} },
      ...{ created_at: at(0), status: 'running', input: null, output: null, error: null, started_at: at(0) },
      ...{ finished_at: null, nodes: [of], cursor: cursor(1) },
    });
  const at = (second: number) => new Date(1_767_225_600_000 + second * 1000).toISOString();
  const cursor = (n: number) => `0000.${String(n).padStart(6, '0')}.000000`;
  const live = { run_id: 'run_1', node_key: 'a' };
  const running = (attempt: number) => liveEvent({ type: 'node.running', ...live, attempt, at: at(9) });
  const retrying = (attempt: number) =>
    liveEvent({ type: 'node.retrying', ...live, attempt, at: at(9), data: { code: 'HTTP_5XX', message: 'no' } });
  const durable = (type: 'node.queued' | 'node.running', n: number, attempt: number) =>
    durableEvent('run_1', {
      ...{ cursor: cursor(n), type, at: at(n), node_key: 'a', attempt },
      status: type === 'node.queued' ? 'queued' : 'running',
    });
  const after = (of: NodeView, ...events: CloudEvent[]) => {
    const { status, attempt } = reduce(withNode(of), events).nodes.get('a')!;
    return `${status} ${attempt}`;
  };

  test.each(['completed', 'failed', 'skipped', 'cancelled', 'held', 'waiting'] as const)('%s stays', (status) => {
    const before = withNode(node(status, 1));
    expect(reduce(before, [running(2), retrying(2)]).nodes.get('a')).toBe(before.nodes.get('a'));
  });

  test.each([
    ['an attempt of a queued node began', node('queued'), [running(1)], 'running 1'],
    ['it is an old one', node('queued', 2), [running(2)], 'queued 2'],
    ['it failed, and is tried again', node('running', 1), [retrying(1)], 'queued 1'],
    ['the next began', node('running', 1), [retrying(1), running(2)], 'running 2'],
    ['that the first failed is heard late', node('running', 2), [retrying(1)], 'running 2'],
    [
      'it began before history told that it is queued',
      node('pending'),
      [running(1), durable('node.queued', 2, 0)],
      'running 1',
    ],
    ['it began, and nothing else is known', node('pending'), [running(1)], 'pending 0'],
    [
      'history tells late that it began',
      node('queued'),
      [running(1), retrying(1), durable('node.running', 2, 1)],
      'queued 1',
    ],
  ])('%s', (_, of, events, expected) => expect(after(of, ...events)).toBe(expected));

  test('a node that the plan at hand does not have asks for the run to be read again', () => {
    const other = { ...durable('node.queued', 2, 0), subject: 'b' };
    expect(reduce(withNode(node('pending')), [other])).toMatchObject({ stale: true, cursor: cursor(2) });
  });

  test('what is read does not take back an attempt that was heard of since', () => {
    const heard = reduce(withNode(node('queued')), [running(1)]);
    const read = withNode({ ...node('queued'), why: 'handed to the workers' });
    expect(merge(heard, read).nodes.get('a')).toBe(heard.nodes.get('a'));
    expect(merge(heard, withNode(node('completed', 1))).nodes.get('a')).toMatchObject({ status: 'completed' });
  });
});
