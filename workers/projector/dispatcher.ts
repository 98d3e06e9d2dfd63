const BATCH = 200;
/** Starts that are under way at once. */
const AT_ONCE = 10;

/** A queue in PostgreSQL of what workflows are to deliver. */
export interface Outbox<Queued> {
  queued(limit: number): Promise<Queued[]>;
  handedOver(queued: Queued): Promise<void>;
}

/**
 * Hands what is queued to Temporal: `start` starts the workflow of one. A process that dies between the two leaves it queued; it is handed over again under the same workflow id,
 * which counts as done.
 */
export async function dispatch<Queued>(
  outbox: Outbox<Queued>,
  start: (queued: Queued) => Promise<void>,
): Promise<void> {
  const handOver = async (each: Queued) => {
    await start(each);
    await outbox.handedOver(each);
  };
  for (let queued = await outbox.queued(BATCH); queued.length > 0; ) {
    for (let from = 0; from < queued.length; from += AT_ONCE)
      await Promise.all(queued.slice(from, from + AT_ONCE).map(handOver));
    queued = queued.length < BATCH ? [] : await outbox.queued(BATCH);
  }
}
