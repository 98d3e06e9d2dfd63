import type { AcceptedFire, Fire } from '../../core/contract/work.js';
import { launchOf } from '../../core/engine/launch.js';
import { Fault } from '../../core/fault.js';
import type { ArtifactValues } from '../artifacts/values.js';
import { fireRunId } from '../ids.js';
import type { Db } from './db.js';
import { Fires } from './fires.js';
import { type AcceptedRun, acceptRun, checkedInput, Runs } from './runs.js';
import { Schedules } from './schedules.js';
import { Workflows } from './workflows.js';

/**
 * Runs that schedules start.
 *
 * 1. A fire's run has an id that follows from the fire alone. So it is written once, however often Temporal carries the fire out.
 * 2. The execution that wrote the run starts it. Every other one finds it taken, and leaves it alone.
 * 3. Run and fire are written in one transaction: nobody else takes the run for one that was left unstarted.
 */
export class ScheduledRuns {
  private readonly db: Db;
  private readonly values: Pick<ArtifactValues, 'externalise'>;
  private readonly signers: readonly string[];
  private readonly fires: Fires;
  private readonly runs: Runs;
  private readonly schedules: Schedules;
  private readonly workflows: Workflows;

  /** `values` takes out of an input what is too large for history. `signers`: public keys that the runs get. */
  constructor(db: Db, values: Pick<ArtifactValues, 'externalise'>, signers: readonly string[] = []) {
    this.db = db;
    this.values = values;
    this.signers = signers;
    this.fires = new Fires(db);
    this.runs = new Runs(db);
    this.schedules = new Schedules(db);
    this.workflows = new Workflows(db);
  }

  /** Finds version and input and writes the run's row, once for each fire. Throws NOT_FOUND, INPUT_INVALID. */
  async accept(fire: Fire): Promise<AcceptedFire> {
    const id = fireRunId(fire.schedule, new Date(fire.due_at));
    let accepted = await this.runs.accepted(id);
    if (!accepted) {
      accepted = await this.freshRun(id, fire);
      await this.write(fire, accepted);
    }
    const owner = await this.db.scheduleFire.findUnique({ where: { runId: id } });
    const mine = owner?.workflow === fire.workflow && owner.execution === fire.execution;
    return { run_id: id, ...(mine ? { launch: launchOf({ ...accepted, signers: this.signers }) } : {}) };
  }

  private async freshRun(id: string, fire: Fire): Promise<AcceptedRun> {
    const schedule = await this.schedules.find(fire.org, fire.schedule);
    if (!schedule) throw new Fault('NOT_FOUND', `schedule ${fire.schedule} was deleted`);
    const { workflow: name, version, input, metadata } = schedule;
    const found = await this.workflows.find(fire.org, name, { version: version ?? undefined, run: id });
    if (!found) throw new Fault('NOT_FOUND', `there is no workflow ${name}${version === null ? '' : ` v${version}`}`);
    return {
      plan: found.plan,
      author: found.created_by,
      input: await this.values.externalise(fire.org, checkedInput(found, input)),
      header: {
        ...{ id, org_id: fire.org, workflow_id: found.id, workflow: found.name, version: found.version },
        ...{ starter: `schedule:${fire.schedule}`, metadata, created_at: new Date().toISOString() },
      },
    };
  }

  private async write(fire: Fire, accepted: AcceptedRun): Promise<void> {
    const { id } = accepted.header;
    await this.db.$transaction(async (tx) => {
      await acceptRun(tx, accepted);
      await tx.$executeRaw`
        INSERT INTO schedule_fires (schedule_id, due_at, workflow, execution, run_id)
        VALUES (${fire.schedule}, ${new Date(fire.due_at)}, ${fire.workflow}, ${fire.execution}, ${id})
        ON CONFLICT (schedule_id, due_at) DO UPDATE SET workflow = excluded.workflow, execution = excluded.execution, run_id = excluded.run_id, error = NULL
        WHERE schedule_fires.run_id IS NULL`;
    });
  }

  /** Keeps why a fire could start no run. */
  note(fire: Fire, fault: Fault): Promise<void> {
    return this.fires.note(fire, fault);
  }
}
