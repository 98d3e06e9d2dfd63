import type { NodeError, NodeStatus, RunStatus } from '../engine/outcome.js';
import type { Json } from '../json.js';
import type { RunEvent } from './event.js';
import type { LiveEvent, RunStep } from './live.js';

/**
 * What watchers of a run get: CloudEvents 1.0 in JSON. The id of a durable event is its cursor. An ephemeral one has none: it has no
 * place in history, and a client must not come back with it.
 */
export interface CloudEvent {
  specversion: '1.0';
  id?: string;
  source: string;
  type: StreamEventType;
  /** The node's key. */
  subject?: string;
  time: string;
  datacontenttype: 'application/json';
  data: {
    run_id: string;
    node_key?: string;
    status?: RunStatus | NodeStatus;
    attempt?: number;
    ephemeral?: true;
    input?: Json;
    output?: Json;
    error?: NodeError;
    data?: Json;
  };
}

export type StreamEventType = RunEvent['type'] | WatchedEvent['type'] | Notice;
/** What a watcher is told of the live feed. */
export type WatchedEvent = Exclude<LiveEvent, RunStep>;
/** What the stream says of itself. */
export type Notice = 'stream.behind' | 'stream.caught_up' | 'stream.dropped';

export const sourceOf = (runId: string): string => `/api/v1/workflow_runs/${runId}`;

export function durableEvent(runId: string, { cursor, type, at, ...rest }: RunEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: cursor,
    source: sourceOf(runId),
    type,
    ...('node_key' in rest ? { subject: rest.node_key } : {}),
    time: at,
    datacontenttype: 'application/json',
    data: { run_id: runId, ...rest },
  };
}

export function liveEvent({ type, run_id, node_key, attempt, at, ...rest }: WatchedEvent): CloudEvent {
  // Between attempts a node is queued again: nobody works at it.
  const status = type === 'node.retrying' ? 'queued' : 'running';
  return {
    specversion: '1.0',
    source: sourceOf(run_id),
    type,
    subject: node_key,
    time: at,
    datacontenttype: 'application/json',
    data: { run_id, node_key, status, attempt, ephemeral: true, ...rest },
  };
}

export function notice(runId: string, type: Notice, at: string, data?: Json): CloudEvent {
  return {
    specversion: '1.0',
    source: sourceOf(runId),
    type,
    time: at,
    datacontenttype: 'application/json',
    data: { run_id: runId, ephemeral: true, ...(data === undefined ? {} : { data }) },
  };
}
