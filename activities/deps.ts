import type { AgentClient } from '../adapters/a2a/types.js';
import type { ArtifactValues } from '../adapters/artifacts/values.js';
import type { HttpCaller } from '../adapters/http/call.js';
import type { EmbeddedSandbox } from '../adapters/sandbox/embedded.js';
import type { Secrets } from '../adapters/secrets/secrets.js';
import type { EngineActivities, SubworkflowStart, RunRef } from '../core/contract/work.js';
import type { LiveFeed, LogLine } from '../core/events/live.js';
import type { Json } from '../core/json.js';
import type { Functions } from './functions.js';

/** What activities act through; handed in where the worker starts. */
export interface ActivityDeps {
  artifacts: ArtifactValues;
  http: HttpCaller;
  agents: AgentClient;
  sandbox: EmbeddedSandbox;
  secrets: Secrets;
  functions: Functions;
  feed: Pick<LiveFeed, 'publish'>;
  logs: { append(lines: LogLine[]): Promise<void> };
  gates: GateStore;
  subworkflows: Subworkflows;
  workflows: { isOver(workflowId: string): Promise<boolean> };
}

/** Rows of the inbox. Both calls may come again. */
export interface GateStore {
  open: EngineActivities['open_gate'];
  note: EngineActivities['note_gate'];
  close: EngineActivities['close_gate'];
}

/** Finds the version that a subworkflow node is to run and writes the child run's row, once. */
export interface Subworkflows {
  prepare(input: {
    run: RunRef;
    node: string;
    child: string;
    workflow: string;
    version?: number;
    input: Json;
  }): Promise<SubworkflowStart>;
}
