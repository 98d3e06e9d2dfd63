import { Context } from '@temporalio/activity';

/** How one piece of an activity's work reports where it stands. */
export interface Pulse {
  /** What the attempt before reported last. */
  resumeFrom: unknown;
  /** Reports at once; it is repeated until something else is reported. */
  heartbeat: (details: unknown) => void;
}

const FIRST_BEAT_MS = 1_000;

/** Beats while the work goes on: a cancellation arrives by the answer to a beat, and a worker that is silent counts as lost. */
export async function beating<T>(work: (pulse: Pulse) => Promise<T>): Promise<T> {
  const context = Context.current();
  const { heartbeatDetails, heartbeatTimeoutMs = 10_000 } = context.info;
  let details: unknown = heartbeatDetails;
  const beat = () => context.heartbeat(details);
  let timer = setTimeout(again, Math.min(FIRST_BEAT_MS, heartbeatTimeoutMs / 3));
  function again() {
    beat();
    timer = setTimeout(again, Math.max(500, heartbeatTimeoutMs / 3));
  }
  try {
    return await work({
      resumeFrom: heartbeatDetails,
      heartbeat(next) {
        details = next;
        beat();
      },
    });
  } finally {
    clearTimeout(timer);
  }
}
