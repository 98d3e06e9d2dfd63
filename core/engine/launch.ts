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

/** The launch of an accepted run; the newest engine runs it. */
export function launchOf({
  header,
  plan,
  input,
  author,
  signers = [],
}: {
  header: RunHeader;
  plan: Plan;
  input: Json;
  author?: string;
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
      ...(signers.length === 0 ? {} : { signers }),
      scope: { starter, metadata },
      input,
      segment: 0,
    },
    summary: `${workflow} v${version}`,
    details: plan.description ?? '',
    memo: { workflow, version, starter },
    ...(timeout_ms === undefined ? {} : { timeout_ms: timeout_ms + BACKSTOP_MS }),
  };
}
