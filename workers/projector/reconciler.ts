import type { SealerDeps, Sealer } from './sealer.js';

/** How long after it was accepted a run that has not begun is looked for. */
const BEGIN_MS = 5_000;
/** Older ones are not started: Temporal may have had, and forgotten, them. */
const FORGOTTEN_MS = 3_600_000;
/** Visibility stores hear of a close late; so much is looked at twice. */
const OVERLAP_MS = 60_000;
const CHUNK = 500;
/** Runs that wait for people; of more than that some are looked at. */
const MOST_HELD = 10_000;

/**
 * Finds what nobody told: runs that were closed behind Heddle's back (terminated in Temporal Web, timed out by the server, their last
 * word lost with a process), runs that were accepted but never started because the API died in between, and runs that wait for people who
 * do not see it in the list, because the live feed lost a word.
 */
export class Reconciler {
  private readonly deps: SealerDeps;
  private readonly sealer: Sealer;
  private since: Date | undefined;
  /** Accepted runs that Temporal is known to have. */
  private readonly begun = new Set<string>();

  constructor(deps: SealerDeps, sealer: Sealer) {
    this.deps = deps;
    this.sealer = sealer;
  }

  async sweep(now = new Date()): Promise<void> {
    await this.findClosed(now);
    await this.findUnstarted(now);
    await this.findUnstartedRedrives(now);
    await this.findHeld();
  }

  private async findClosed(now: Date): Promise<void> {
    const { runs, engine } = this.deps;
    this.since ??= await runs.oldestUnsealed();
    if (this.since) {
      let ids: string[] = [];
      const look = async () => {
        for (const id of await runs.unsealedAmong(ids)) this.sealer.add(id);
        ids = [];
      };
      for await (const id of engine.closedSince(this.since)) {
        ids.push(id);
        if (ids.length === CHUNK) await look();
      }
      if (ids.length > 0) await look();
    }
    this.since = new Date(now.getTime() - OVERLAP_MS);
  }

  private async findUnstarted(now: Date): Promise<void> {
    const { runs, fires, engine, log } = this.deps;
    const [from, to] = [new Date(now.getTime() - FORGOTTEN_MS), new Date(now.getTime() - BEGIN_MS)];
    const ids = await runs.unstarted(from, to, CHUNK);
    for (const known of this.begun) if (!ids.includes(known)) this.begun.delete(known);
    for (const id of ids) {
      if (this.begun.has(id)) continue;
      const state = await engine.stateOf(id);
      if (state === 'closed') this.sealer.add(id);
      if (state !== 'unknown') {
        this.begun.add(id);
        continue;
      }
      const accepted = await runs.accepted(id);
      if (!accepted) continue;
      // A workflow that starts it: the run that it is a part of, or that of a schedule's fire.
      const parent = accepted.header.parent?.run_id ?? (await fires.starterOf(id));
      if (parent === undefined) {
        log.info({ run_id: id }, 'starting a run whose API died before it could');
        await engine.start(accepted);
      } else if ((await engine.stateOf(parent)) === 'closed') await runs.sealNeverBegun(id, now);
    }
  }

  /** The list follows the live feed, which may lose a word; of those that people must act on it has to be right all the same. */
  private async findHeld(): Promise<void> {
    const { runs, engine } = this.deps;
    const there: string[] = [];
    for await (const id of engine.heldOrPaused()) if (there.push(id) === MOST_HELD) break;
    for (const header of await runs.heldOtherwise(there, CHUNK)) {
      const follower = engine.follow(header);
      await follower.catchUp();
      if (!follower.closed) await runs.setStatus(header.id, follower.view().status);
    }
  }

  /** Redrives that were written, and whose API or parent died before it could start them. */
  private async findUnstartedRedrives(now: Date): Promise<void> {
    const { redrives, engine, log } = this.deps;
    const [from, to] = [new Date(now.getTime() - FORGOTTEN_MS), new Date(now.getTime() - BEGIN_MS)];
    for (const { runId, n, key } of await redrives.takeUps.unstarted(from, to, CHUNK)) {
      if (key === null) {
        log.info({ run_id: runId, redrive: n }, 'starting a redrive that nobody is known to have started');
        await redrives.start(runId, n);
      } else if ((await engine.redriveOf(runId)) === n)
        await redrives.takeUps.startOnce(runId, n, async () => undefined);
      else if ((await engine.stateOf(redrives.parentOf(runId))) === 'closed') await redrives.takeUps.undo(runId, n);
    }
  }
}
