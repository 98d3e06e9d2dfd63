import type { NodeError, NodeStatus } from '../engine/outcome.js';
import type { Json } from '../json.js';

/** What an expression of a trigger can see: a delivery. */
export interface DeliveryScope {
  body: Json;
  /** By their names in lower case. */
  headers: Record<string, string>;
}

/** What an expression of a spec can see. `item` and `index` exist inside a map's body only. */
export interface Scope {
  input: Json;
  nodes: Record<string, NodeScope>;
  run: RunScope;
  item?: Json;
  index?: number;
}

export interface NodeScope {
  status: NodeStatus;
  output: Json;
  error: NodeError | null;
}

export interface RunScope {
  id: string;
  workflow: string;
  version: number;
  /** RFC 3339, UTC. */
  started_at: string;
  /** Who started it: a subject such as `key:abc` or `user:ann`. */
  starter: string;
  metadata: Json;
}
