import type { Json, JsonSchema } from '../json.js';

/**
 * The compiled form of a spec: what a run is pinned to. Plain JSON, deterministic (the same spec gives the same bytes),
 * stored beside the spec and carried in the run's Temporal input. A run reads nothing else about its graph.
 *
 * Strings in `config`, `condition` and `output` keep their `${ … }` expressions as written: the compiler has parsed and
 * checked them, and parsing again is cheaper than carrying syntax trees.
 */
export interface Plan {
  plan_format: 1;
  /** The expression engine and profile that the spec was checked with. */
  expressions: 'cel-js/8.0.0';
  name: string;
  description?: string;
  input?: JsonSchema;
  /** What a run is found by: templates over its input, by name. */
  index?: Record<string, string>;
  /** In topological order: a node stands after every node that it has an edge from. */
  nodes: PlanNode[];
  edges: PlanEdge[];
  /** The run's output, a template over the settled nodes; absent: null. */
  output?: Json;
  run: RunLimits;
}

export type NodeType = 'tool_call' | 'agent_call' | 'transform' | 'wait' | 'subworkflow' | 'map' | 'human_gate';

export interface PlanNode {
  key: string;
  type: NodeType;
  description?: string;
  /** Checked by the node type's schema, defaults resolved, templates as written. */
  config: Json;
  /** Keys of the nodes that the config's expressions read. */
  reads: string[];
  /** Indices into `edges`. */
  in: number[];
  out: number[];
  join: Join;
  losers: 'cancel' | 'let_run';
  /** `hold`: it is parked with its error until a person acts, and the rest goes on. */
  on_error: 'fail_run' | 'continue' | 'hold';
  retry: RetryPolicy;
  timeout: NodeTimeout;
  /** Schema of the node's output; checked where the node ran. */
  output?: JsonSchema;
  /** Whether it may share an activity with other quick nodes; absent: when it is a function. */
  fuse?: 'never' | 'always';
  /** What undoes it when the run fails, is cancelled or times out. */
  compensate?: Compensation;
  /** Its work begins with a place of each, by name; absent: none is needed. */
  limits?: LimitUse[];
}

export interface Compensation {
  type: 'tool_call' | 'agent_call';
  /** Its expressions may also read the node itself, and of a map `item` and `index`. */
  config: Json;
  /** Keys of the nodes that the config's expressions read. */
  reads: string[];
  retry: RetryPolicy;
  timeout: NodeTimeout;
  /** `completed`: only what completed is undone; `started`: also what began and has no known good end. */
  when: 'completed' | 'started';
}

/** Of which limit a place is needed, and of which of its keys: a template. */
export interface LimitUse {
  name: string;
  key?: string;
}

export interface PlanEdge {
  /** Indices into `nodes`. */
  from: number;
  to: number;
  on: 'success' | 'failure' | 'always';
  /** A CEL expression of type bool, without `${ }`. */
  condition?: string;
  /** Keys of the nodes that the condition reads. */
  reads: string[];
}

/** `all`: every live edge, at least one. `none_failed`: no edge failed, even when none was taken. See docs/joins.md. */
export type Join = 'all' | 'any' | 'none_failed' | { n: number };

export interface RetryPolicy {
  /** Counting the first; 1 = no retry. */
  max_attempts: number;
  initial_interval_ms: number;
  backoff: number;
  max_interval_ms: number;
  /** Fault codes that end the node at once. */
  non_retryable: string[];
}

export interface NodeTimeout {
  /** One attempt, from its start. */
  attempt_ms: number;
  /** All attempts and the waits between them; absent: no bound but the run's. */
  total_ms?: number;
  /** A worker that is silent for longer is taken for dead. */
  heartbeat_ms: number;
}

export interface RunLimits {
  /** Wall time of the whole run; absent: no bound. */
  timeout_ms?: number;
  /** Most nodes at work at once. */
  max_parallel: number;
  /** How long an event is kept that comes before its wait; absent: EVENT_TTL_MS. */
  mailbox?: { ttl_ms: number };
  /** The run begins with a place of it. */
  limit?: LimitUse;
  /** 1 (first) to 5, as Temporal's priority key; absent: 3. */
  priority?: number;
}
