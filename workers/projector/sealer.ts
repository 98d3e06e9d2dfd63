import type { Claims } from '../../adapters/postgres/claims.js';
import type { Db } from '../../adapters/postgres/db.js';
import { archiveLogs } from '../../adapters/postgres/log-archive.js';
import type { Fires } from '../../adapters/postgres/fires.js';
import type { Runs } from '../../adapters/postgres/runs.js';
import { sealRun } from '../../adapters/postgres/seal.js';
import type { Redrives } from '../../adapters/redrives.js';
import type { TemporalEngine } from '../../adapters/temporal/engine.js';
import type { Logger } from '../../adapters/telemetry/log.js';

/** Seals that are under way at once: each holds one run's history in memory. */
const AT_ONCE = 4;
/** A run that says it ends has its last event a moment later; after this long the reconciler takes over. */
const PATIENCE_MS = 20_000;

export interface SealerDeps {
  db: Db;
  runs: Runs;
  fires: Fires;
  engine: TemporalEngine;
  redrives: Redrives;
  claims: Claims;
  log: Logger;
}

/** Writes closed runs as their history says they were, once. */
export class Sealer {
  private readonly deps: SealerDeps;
  private readonly waiting = new Set<string>();
  private readonly working = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(deps: SealerDeps) {
    this.deps = deps;
  }

  /** Returns at once; a run that is waiting or at work already is not taken twice. */
  add(runId: string): void {
    if (this.working.has(runId) || this.stopping.signal.aborted) return;
    this.waiting.add(runId);
    this.next();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.waiting.clear();
    await Promise.all(this.working.values());
  }

  private next(): void {
    for (const runId of this.waiting) {
      if (this.working.size >= AT_ONCE) return;
      this.waiting.delete(runId);
      const work = this.seal(runId).finally(() => {
        this.working.delete(runId);
        this.next();
      });
      this.working.set(runId, work);
    }
  }

  /** What goes wrong is left to the reconciler, which looks again. */
  private async seal(runId: string): Promise<void> {
    const { db, runs, engine, claims, log } = this.deps;
    try {
      await claims.exclusively(`seal ${runId}`, async () => {
        const found = await runs.header(undefined, runId);
        if (!found || found.sealed) return;
        const { sealed: _sealed, ...header } = found;
        const follower = engine.follow(header, { keep: true });
        const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(PATIENCE_MS)]);
        await follower.catchUp();
        while (!follower.closed && !signal.aborted) await follower.next(signal);
        if (!follower.closed) return;
        // Of a run that was terminated: any other has given back what it held.
        for (const place of follower.walk().places.held()) await engine.limiters.giveBack(header.org_id, runId, place);
        await sealRun(db, follower.view(), follower.events, await engine.readable(follower));
        await archiveLogs(db, runId);
      });
    } catch (err) {
      log.warn({ err, run_id: runId }, 'a run could not be sealed yet');
    }
  }
}
