import type { NodeView, RunHeader, RunView } from '../events/view.js';
import type { Json } from '../json.js';
import { gateConfig, inWords } from './kinds/human-gate.js';
import { childRunId } from './kinds/subworkflow.js';
import { RUN, type Wish } from './places.js';
import type { PlaceOf } from '../contract/limits.js';
import { isFinal, type NodeState } from './state.js';
import { childTaskOf, taskOf } from './task-names.js';
import { compensationView, undoWhy } from './undo-view.js';
import type { Walk } from './walk.js';

/** A node as the walk knows it. What only history knows (attempts, when they began) is laid over it by the fold. */
export function nodeViews(walk: Walk): NodeView[] {
  return walk.plan.nodes.flatMap((node, index) => {
    const state = walk.nodes[index]!;
    const view: NodeView = {
      key: node.key,
      type: node.type,
      status: state.status,
      attempt: 0,
      input: state.input,
      output: state.output,
      error: state.error,
      queued_at: time(state.queued_at),
      started_at: null,
      finished_at: time(state.finished_at),
      why: whyOf(walk, index),
      ...(node.type === 'subworkflow' && state.status !== 'pending' && state.status !== 'skipped'
        ? { run_id: childRunId(state.origin ?? walk.start.run.id, childTaskOf(walk, index)) }
        : {}),
      ...(state.undo ? { compensation: compensationView(state.undo) } : {}),
      ...(state.origin === undefined ? {} : { origin: state.origin }),
      ...(state.map
        ? { items: { total: state.map.total, completed: state.map.completed, failed: state.map.failed } }
        : {}),
    };
    return state.map ? [view, ...itemViews(view, state)] : [view];
  });
}

export function runView(walk: Walk, header: RunHeader, cursor = ''): RunView {
  const { end } = walk;
  return {
    ...header,
    status: walk.status,
    input: walk.start.input,
    output: end?.output ?? null,
    error: end?.error ?? null,
    ...(walk.ending ? { ending: walk.ending.status } : {}),
    started_at: time(walk.startedAt || null),
    finished_at: end ? time(walk.at) : null,
    nodes: nodeViews(walk),
    ...(walk.amendments.length > 0 ? { amendments: walk.amendments } : {}),
    cursor,
  };
}

function itemViews(of: NodeView, { map, status }: NodeState): NodeView[] {
  const { items, next } = map!;
  return items.map((item, index): NodeView => {
    const waits = isFinal(status) ? (index < next ? 'cancelled' : 'skipped') : index < next ? 'queued' : 'pending';
    return {
      ...{ key: `${of.key}[${index}]`, type: of.type, status: item?.status ?? waits, attempt: 0, input: null },
      output: item?.status === 'completed' ? item.output : null,
      error: item?.status === 'failed' ? item.error : null,
      ...{ queued_at: null, started_at: null, finished_at: null, why: null },
    };
  });
}

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** One sentence made from facts: why a node is where it is. Null when its status says it all. */
function whyOf(walk: Walk, index: number): string | null {
  const state = walk.nodes[index]!;
  const undone = walk.ending && state.undo && undoWhy(state.undo);
  if (undone !== undefined) return undone;
  if (state.reason) return state.reason;
  if (state.status === 'held')
    return `held after ${state.error!.code}: ${state.error!.message}; somebody must try it again, skip it or set its output`;
  if (state.status === 'pending') {
    const open = walk.plan.nodes[index]!.in.filter((edge) => walk.edges[edge] === 'open').map((edge) =>
      walk.key(walk.plan.edges[edge]!.from),
    );
    return open.length > 3
      ? `waits for ${open.slice(0, 2).join(', ')} and ${open.length - 2} more`
      : `waits for ${open.join(', ')}`;
  }
  if (state.status === 'waiting') {
    if (state.gate) return gateWhy(walk, index);
    if (state.event) return eventWhy(state);
    return state.due_at === undefined ? null : `waits until ${new Date(state.due_at).toISOString()}`;
  }
  const paused = walk.paused ?? state.paused;
  if (state.status === 'queued' && paused && !walk.agenda.isOut(taskOf(walk, index)))
    return `${paused.by} paused ${walk.paused ? 'the run' : 'it'}: ${paused.reason}`;
  const wait = isFinal(state.status) ? undefined : walk.places.waitOf(taskOf(walk, index));
  if (wait) return whyPlace(wait);
  if (state.status === 'queued' && state.retry) {
    const { at, error } = state.retry;
    const { max_attempts } = walk.plan.nodes[index]!.retry;
    return `attempt ${state.attempts! + 1} of ${max_attempts} starts at ${time(at)} after ${error.code}: ${error.message}`;
  }
  if (state.status === 'queued')
    return walk.agenda.isOut(taskOf(walk, index)) ? 'handed to the workers' : evaluationOf(walk, index);
  return null;
}

/** Its place in line is known to the limiter alone. */
const whyPlace = ({ task, wants, got }: Wish): string =>
  `${task === RUN ? 'the run ' : ''}waits for a place of limit ${inWordsOf(wants[got]!)}`;
export const inWordsOf = ({ limit, key }: PlaceOf): string => `${limit}${key === undefined ? '' : ` (${key})`}`;

function gateWhy(walk: Walk, index: number): string {
  const { opened_at } = walk.nodes[index]!.gate!;
  const due = opened_at === undefined ? '' : `, due at ${time(opened_at + gateConfig(walk, index).deadline!.after_ms)}`;
  return `${inWords(walk, index)}${due}`;
}

function eventWhy({ event, due_at }: NodeState): string {
  const { name, key } = event!;
  const until = due_at === undefined ? '' : `, until ${time(due_at)}`;
  return `waits for event ${name}${key === '' ? '' : ` with key ${key}`}${until}`;
}

function evaluationOf(walk: Walk, index: number): string {
  if (walk.agenda.tasks.has(`${taskOf(walk, index)}~bind`)) return 'its input is being put together from artifacts';
  return `waits for one of ${walk.plan.run.max_parallel} places`;
}

/** A view without what only history knows: attempts, when they began, and the times of a map's items. */
export function comparable({ status, output, nodes }: { status: string; output: Json; nodes: NodeView[] }): Json {
  const known = nodes.map(({ attempt: _a, started_at: _s, compensation, ...node }) => ({
    ...node,
    ...(node.key.includes('[') ? { queued_at: null, finished_at: null } : {}),
    ...(compensation ? { compensation: { ...compensation, attempt: 0 } } : {}),
  }));
  return JSON.parse(JSON.stringify({ status, output, nodes: known })) as Json;
}
