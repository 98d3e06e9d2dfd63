import { undoTask } from '../core/engine/facts.js';
import type { NodeView, RunView } from '../core/events/view.js';
import type { Followed, StreamEvent } from './client.js';
import { duration, type Paint, statusPaint } from './paint.js';

const MARKS: Record<string, string> = {
  queued: '·',
  running: '▸',
  waiting: '‖',
  held: '‖',
  retrying: '↻',
  completed: '✓',
  failed: '✗',
  cancelled: '✗',
  skipped: '–',
};

interface Beat {
  node: string;
  status: string;
  note: string;
}

/**
 * Draws a run as it happens, one line an occurrence, so that it reads the same in a terminal, a pipe and a log:
 * seconds since the start, node, mark, what happened. Items of a map are counted, not listed, unless they fail.
 */
export function createTimeline(out: (line: string) => void, paint: Paint): (followed: Followed) => void {
  let startedAt = 0;
  let width = 8;
  const last = new Map<string, string>();
  const since = new Map<string, number>();

  function draw(at: number, { node, status, note }: Beat): void {
    if (startedAt === 0) startedAt = at;
    width = Math.max(width, node.length);
    const seconds = (Math.max(0, at - startedAt) / 1000).toFixed(2).padStart(7);
    const mark = statusPaint(paint, status === 'retrying' ? 'waiting' : status)(MARKS[status] ?? ' ');
    out(`${paint.dim(seconds)}  ${node.padEnd(width)}  ${mark} ${note}`.trimEnd());
  }

  function settle(node: string, status: string, at: number): boolean {
    if (last.get(node) === status) return false;
    last.set(node, status);
    if (status === 'queued' || status === 'running') since.set(node, Math.min(at, since.get(node) ?? at));
    return true;
  }

  return (followed) => {
    if (followed.kind === 'snapshot') {
      const { run } = followed;
      startedAt = Date.parse(run.started_at ?? run.created_at);
      width = Math.max(width, ...run.nodes.filter(({ key }) => !isItem(key)).map(({ key }) => key.length));
      for (const node of run.nodes) {
        if (node.status === 'pending' || isItem(node.key)) continue;
        const at = Date.parse(node.finished_at ?? node.started_at ?? node.queued_at ?? run.created_at);
        if (node.started_at) since.set(node.key, Date.parse(node.started_at));
        if (settle(node.key, node.status, at)) draw(at, { node: node.key, status: node.status, note: noteOf(node) });
      }
      return;
    }
    const { event } = followed;
    const beat = beatOf(event);
    if (!beat) return;
    const at = Date.parse(event.time);
    const isLog = beat.status === 'log';
    if (!isLog && beat.status !== 'retrying' && !settle(beat.node, beat.status, at)) return;
    if (isItem(beat.node) && !['failed', 'retrying'].includes(beat.status)) return;
    const begun = since.get(beat.node);
    const took = beat.status === 'completed' && begun !== undefined ? paint.dim(` ${duration(at - begun)}`) : '';
    draw(at, isLog ? { ...beat, note: paint.dim(beat.note) } : { ...beat, note: beat.note + took });
  };
}

/** The key of the gate that has just opened, if that is what happened. */
export function openedGate(followed: Followed): string | undefined {
  if (followed.kind === 'event')
    return followed.event.type.endsWith('gate.opened') ? followed.event.data.node_key : undefined;
  return followed.run.nodes.find(
    ({ type, status }) => (type === 'human_gate' || type === 'agent_call') && status === 'waiting',
  )?.key;
}

const isItem = (key: string) => key.endsWith(']');

function beatOf({ type, data }: StreamEvent): Beat | undefined {
  const kind = type.split('.').slice(-2).join('.');
  const node = data.node_key;
  if (node === undefined) return undefined;
  if (kind === 'node.log') {
    const text = textOf(data['text'] ?? (data['data'] as { text?: unknown } | undefined)?.text);
    return isItem(node) || !text ? undefined : { node, status: 'log', note: text };
  }
  if (kind === 'node.retrying') {
    const { code = '', message = '' } = (data['data'] ?? data) as { code?: string; message?: string };
    return { node, status: 'retrying', note: `attempt ${data.attempt ?? '?'} failed: ${code} ${message}`.trim() };
  }
  const undone = UNDOING[kind];
  if (undone) {
    const { code, message } = (data['data'] ?? {}) as { code?: string; message?: string };
    const why = code === undefined ? '' : `: ${code} ${message}`;
    return { node: undoTask(node), status: undone, note: `${kind.slice('node.'.length).replace('_', ' ')}${why}` };
  }
  if (!kind.startsWith('node.') || kind === 'node.queued' || kind === 'node.progress') return undefined;
  const status = data.status ?? kind.slice('node.'.length);
  return { node, status, note: data.error ? `${status}: ${data.error.code} ${data.error.message}` : status };
}

/** How the work of undoing a node stands, by the event that tells. */
const UNDOING: Record<string, string> = {
  'node.compensating': 'running',
  'node.compensated': 'completed',
  'node.compensation_held': 'held',
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trimEnd() : '');

const noteOf = ({ status, error }: NodeView): string => (error ? `${status}: ${error.code} ${error.message}` : status);

const BAR_WIDTH = 40;

/** The whole run at a glance, drawn to scale: `·` until the last attempt began, `━` at work, `┄` waiting for a person. */
export function gantt(run: RunView, paint: Paint): string[] {
  const from = Date.parse(run.started_at ?? run.created_at);
  const to = Math.max(from + 1, run.finished_at ? Date.parse(run.finished_at) : Date.now());
  const nodes = run.nodes.filter(({ key }) => !isItem(key));
  const width = Math.max(0, ...nodes.map(({ key }) => key.length));
  return nodes.map((node) => {
    const name = node.key.padEnd(width);
    const queued = node.queued_at ?? node.started_at;
    if (!queued || node.status === 'skipped') return `${name}  ${' '.repeat(BAR_WIDTH)}  ${paint.dim(node.status)}`;
    const ended = node.finished_at ? Date.parse(node.finished_at) : to;
    const bar = statusPaint(paint, node.status)(barOf(node, Date.parse(queued), ended, { from, to }));
    const count = node.items ? `  ${node.items.completed}/${node.items.total} items` : '';
    const tries = node.attempt > 1 ? `  ${node.attempt} attempts` : '';
    const status = node.status === 'completed' ? '' : `  ${node.status}`;
    return `${name}  ${bar}  ${duration(ended - Date.parse(queued))}${count}${tries}${status}`;
  });
}

function barOf(node: NodeView, queued: number, ended: number, { from, to }: { from: number; to: number }): string {
  const place = (at: number) => Math.min(BAR_WIDTH, Math.max(0, Math.round(((at - from) / (to - from)) * BAR_WIDTH)));
  // Whatever happened is seen, however short it was.
  const end = Math.max(1, place(ended));
  const begin = Math.min(end - 1, place(node.started_at ? Date.parse(node.started_at) : queued));
  const wait = Math.min(begin, place(queued));
  const work = (node.type === 'human_gate' ? '┄' : '━').repeat(end - begin);
  return `${' '.repeat(wait)}${'·'.repeat(begin - wait)}${work}`.padEnd(BAR_WIDTH);
}
