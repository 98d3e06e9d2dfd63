import type { RunHeader } from '../events/view.js';
import type { Json } from '../json.js';
import type { Plan } from '../spec/plan.js';
import { ENGINE, type RunStart } from './state.js';

/** A run that is let run past its own timer is stopped by the server this much later. */
const BACKSTOP_MS = 60_000;

/** How a run's workflow is started, whoever starts it: the API, the projector, or a schedule's workflow. */
export interface Launch {
  start: RunStart;
  /** What Temporal's tools show of it. */
  summary: string;
  details: string;
  memo: { workflow: string; version: number; starter: string };
  /** Of the whole execution; absent: none. */
  timeout_ms?: number;
}

/** The launch of an accepted run; the newest engine runs it, unless it is taken up. */
export function launchOf({
  header,
  plan,
  input,
  author,
  priority,
  taken_up,
  signers = [],
}: {
  header: RunHeader;
  plan: Plan;
  input: Json;
  author?: string;
  /** Instead of the plan's own. */
  priority?: number;
  /** It does not begin at the beginning. */
  taken_up?: RunStart;
  /** Public keys that vouch for actors; none: the run takes everybody's word. */
  signers?: readonly string[];
}): Launch {
  const { id, org_id, workflow, version, starter, metadata } = header;
  const { timeout_ms } = plan.run;
  return {
    start: {
      engine: ENGINE,
      plan,
      run: { id, org: org_id, workflow, version },
      ...(author === undefined ? {} : { author }),
      scope: { starter, metadata },
      input,
      ...(priority === undefined ? {} : { priority }),
      segment: 0,
      ...taken_up,
      ...(signers.length === 0 ? {} : { signers }),
    },
    summary: `${workflow} v${version}`,
    details: plan.description ?? '',
    memo: { workflow, version, starter },
    // What has to be undone takes the time that it takes: the server must not cut it off.
    ...(timeout_ms === undefined || plan.nodes.some(({ compensate }) => compensate)
      ? {}
      : { timeout_ms: timeout_ms + BACKSTOP_MS }),
  };
}
