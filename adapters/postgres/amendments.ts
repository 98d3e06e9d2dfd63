import type { Plan } from '../../core/spec/plan.js';
import { newId } from '../ids.js';
import type { Json } from '../../core/json.js';
import { type Db, required } from './db.js';

/**
 * The plans that people wanted runs to go on by. A row is written before the run is asked to take it, so that whoever reads the run finds the
 * plan whatever dies in between; that the run took it stands in the run's history, and nowhere else.
 */
export class Amendments {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async put(runId: string, specText: string, plan: Plan): Promise<string> {
    const id = newId('am');
    await this.db.runAmendment.create({ data: { id, runId, specText, planJson: required(plan as unknown as Json) } });
    return id;
  }

  /** One that the run refused. */
  async drop(id: string): Promise<void> {
    await this.db.runAmendment.deleteMany({ where: { id } });
  }

  /** Whether anybody wanted to amend the run. */
  async any(runId: string): Promise<boolean> {
    return (await this.db.runAmendment.findFirst({ where: { runId }, select: { id: true } })) !== null;
  }

  async find(id: string): Promise<{ spec_text: string; plan: Plan } | undefined> {
    const row = await this.db.runAmendment.findUnique({ where: { id } });
    return row ? { spec_text: row.specText, plan: row.planJson as unknown as Plan } : undefined;
  }
}
