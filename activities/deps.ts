import type { AgentClient } from '../adapters/a2a/types.js';
import type { ArtifactValues } from '../adapters/artifacts/values.js';
import type { HttpCaller } from '../adapters/http/call.js';
import type { EmbeddedSandbox } from '../adapters/sandbox/embedded.js';
import type { Secrets } from '../adapters/secrets/secrets.js';
import type { AcceptedFire, EngineActivities, Fire } from '../core/contract/work.js';
import type { Fault } from '../core/fault.js';
import type { LiveFeed, LogLine } from '../core/events/live.js';
import type { LimitDeps } from './limits.js';
import type { Functions } from './functions.js';

/** What activities act through; handed in where the worker starts. */
export interface ActivityDeps extends LimitDeps {
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
  events: EventStore;
  fires: FireStore;
}

/** Rows of the inbox. Both calls may come again. */
export interface GateStore {
  open: EngineActivities['open_gate'];
  note: EngineActivities['note_gate'];
  close: EngineActivities['close_gate'];
}

/** Waits for events that are sent to whoever waits. The call may come again. */
interface EventStore {
  await: EngineActivities['await_event'];
}

/** Runs that schedules start. All calls may come again. */
export interface FireStore {
  /** Finds version and input and writes the run's row, once for each fire. Throws NOT_FOUND, INPUT_INVALID. */
  accept(fire: Fire): Promise<AcceptedFire>;
  /** Keeps why a fire could start no run. */
  note(fire: Fire, fault: Fault): Promise<void>;
}

/** Finds the version that a subworkflow node is to run and writes the child run's row, once; a child that is over is redriven when its node runs again. */
export interface Subworkflows {
  prepare: EngineActivities['start_subworkflow'];
}
