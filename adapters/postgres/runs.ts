import { inputFault } from '../../core/contract/input.js';
import type { RunRef, SubworkflowStart } from '../../core/contract/work.js';
import type { RunStatus } from '../../core/engine/outcome.js';
import { type IndexedFields, indexFields } from '../../core/engine/index-fields.js';
import type { RunStart } from '../../core/engine/state.js';
import type { RunHeader } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { aliasIn } from '../../core/spec/reference.js';
import { fillAndCheck } from '../json-schema/validate.js';
import { type Db, Prisma, storable } from './db.js';
import { countRuns, type StatusCounts } from './run-counts.js';
import { END, type Listed, type ListedRun, listRuns, type Place, type RunFilter } from './run-list.js';
import { TakeUps } from './take-ups.js';
import { type StoredWorkflow, Workflows } from './workflows.js';

/** What a run is started with. */
export interface AcceptedRun {
  header: RunHeader;
  plan: Plan;
  input: Json;
  /** Who registered the version. */
  author?: string;
  /** Instead of what its spec says. */
  priority?: number;
  /** How a fork starts. */
  taken_up?: RunStart;
}
export interface RunSummary extends RunHeader {
  status: RunStatus;
  started_at: string | null;
  finished_at: string | null;
}

const WITH_WORKFLOW = { workflow: { select: { name: true, version: true } } } as const;
type Row = Prisma.WorkflowRunGetPayload<{ include: typeof WITH_WORKFLOW }>;

export class Runs {
  private readonly db: Db;
  private readonly workflows: Workflows;
  private readonly takeUps: TakeUps;

  constructor(db: Db) {
    this.db = db;
    this.workflows = new Workflows(db);
    this.takeUps = new TakeUps(db);
  }

  /**
   * Writes the run's row. Written before the workflow is started: a process that dies in between loses nothing. Answers the run as it was
   * accepted first: by then a name or an alias may have led to another version.
   */
  async accept(run: AcceptedRun): Promise<AcceptedRun> {
    const fresh = await acceptRun(this.db, run);
    return fresh ? run : ((await this.accepted(run.header.id)) ?? run);
  }

  async header(orgId: string | undefined, runId: string): Promise<(RunHeader & { sealed: boolean }) | undefined> {
    const row = await this.db.workflowRun.findFirst({
      where: { id: runId, ...(orgId === undefined ? {} : { orgId }) },
      include: WITH_WORKFLOW,
    });
    return row ? { ...headerOf(row), sealed: row.sealedAt !== null } : undefined;
  }

  /** All that is needed to start the run again. */
  async accepted(runId: string): Promise<AcceptedRun | undefined> {
    const row = await this.db.workflowRun.findUnique({ where: { id: runId }, include: { workflow: true } });
    if (!row) return undefined;
    const taken_up = row.forkedFrom === null ? undefined : await this.takeUps.start(runId, 0);
    return {
      header: headerOf(row),
      plan: row.workflow.planJson as unknown as Plan,
      input: row.inputJson as Json,
      author: row.workflow.createdBy,
      ...(row.priority === null ? {} : { priority: row.priority }),
      ...(taken_up ? { taken_up } : {}),
    };
  }

  /** As `accepted`, of a run of which nothing has been heard since. */
  async acceptedAndQueued(runId: string): Promise<AcceptedRun | undefined> {
    const queued = await this.db.workflowRun.count({
      where: { id: runId, status: 'queued', redriven: 0, sealedAt: null },
    });
    return queued > 0 ? this.accepted(runId) : undefined;
  }

  /** When the oldest run that is not sealed was accepted. */
  async oldestUnsealed(): Promise<Date | undefined> {
    const row = await this.db.workflowRun.findFirst({
      where: { sealedAt: null },
      orderBy: { createdAt: 'asc' },
      select: { createdAt: true },
    });
    return row?.createdAt;
  }

  async unsealedAmong(ids: string[]): Promise<string[]> {
    const rows = await this.db.workflowRun.findMany({
      where: { id: { in: ids }, sealedAt: null },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  /** Open runs of which the list says otherwise than Temporal: held or paused there and not here, or here and not there. */
  async heldOtherwise(there: string[], limit: number): Promise<RunHeader[]> {
    const rows = await this.db.workflowRun.findMany({
      where: {
        sealedAt: null,
        OR: [
          { id: { in: there }, status: { notIn: ['held', 'paused'] } },
          { id: { notIn: there }, status: { in: ['held', 'paused'] } },
        ],
      },
      include: WITH_WORKFLOW,
      take: limit,
    });
    return rows.map(headerOf);
  }

  /** What the list says of an open run. */
  async setStatus(id: string, status: RunStatus): Promise<void> {
    await this.db.workflowRun.updateMany({ where: { id, sealedAt: null }, data: { status } });
  }

  /** Ids of runs that were accepted in that time and of which nothing has been heard since. */
  async unstarted(from: Date, to: Date, limit: number): Promise<string[]> {
    const rows = await this.db.workflowRun.findMany({
      where: { sealedAt: null, status: 'queued', redriven: 0, createdAt: { gte: from, lt: to } },
      orderBy: { createdAt: 'asc' },
      take: limit,
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  /** A child run whose parent ended before it could begin: there is no history to seal it from. */
  async sealNeverBegun(id: string, now: Date): Promise<void> {
    const error = { code: 'RUN_CANCELLED', message: 'the run that wanted it ended before it began' };
    await this.db.workflowRun.updateMany({
      where: { id, sealedAt: null, status: 'queued' },
      data: { status: 'cancelled', errorJson: error, finishedAt: now, sealedAt: now },
    });
  }

  /** Newest first, from after the place on. */
  async list(orgId: string, filter: RunFilter, limit: number, before: Place = END): Promise<Listed<RunSummary>> {
    const { rows, ...more } = await listRuns(this.db, { ...filter, orgId, limit, before });
    return { rows: rows.map(summaryOf), ...more };
  }

  /** How many runs of each status the rest of the filter leaves: counted so far and no further (run-counts.ts). */
  count(orgId: string, filter: Omit<RunFilter, 'status'>): Promise<StatusCounts> {
    return countRuns(this.db, { ...filter, orgId, limit: 0, before: END });
  }

  /** For the start_subworkflow activity: finds the version, checks the input and writes the child's row, once. */
  async prepare({
    run,
    node,
    child,
    workflow,
    version,
    input,
  }: {
    run: RunRef;
    node: string;
    child: string;
    workflow: string;
    version?: number;
    input: Json;
  }): Promise<SubworkflowStart> {
    const before = await this.accepted(child);
    if (before) return startOf(before);
    const found = await this.workflows.find(run.org, workflow, { version, run: child });
    if (!found)
      throw new Fault('NOT_FOUND', `there is no workflow ${workflow}${version === undefined ? '' : ` v${version}`}`);
    const parent = await this.header(run.org, run.id);
    const alias = aliasIn(workflow);
    const accepted: AcceptedRun = {
      plan: found.plan,
      author: found.created_by,
      input: checkedInput(found, input),
      header: {
        ...{ id: child, org_id: run.org, workflow_id: found.id, workflow: found.name, version: found.version },
        ...{
          starter: parent?.starter ?? `run:${run.id}`,
          metadata: parent?.metadata ?? {},
          created_at: new Date().toISOString(),
          parent: { run_id: run.id, node_key: node },
          ...(alias === undefined ? {} : { alias }),
        },
      },
    };
    return startOf(await this.accept(accepted));
  }
}

/** Writes a run's row, also as part of a transaction. Writing it again changes nothing; answers whether it is new. */
export async function acceptRun(db: Pick<Db, '$executeRaw'>, run: AcceptedRun): Promise<boolean> {
  // One statement: the client's own way makes a transaction of it, and every start of a run waits for this.
  const written =
    await db.$executeRaw`INSERT INTO workflow_runs (${RUN_COLUMNS}) VALUES (${runValues(run)}) ON CONFLICT DO NOTHING`;
  return written > 0;
}

/** The columns of a run that is accepted, for those who write its row together with something else. */
export const RUN_COLUMNS = Prisma.raw(
  'id, workflow_id, org_id, input_json, metadata, starter, created_at, parent_run_id, parent_node, alias, priority, forked_from, forked_node, fields',
);
export function runValues({ header, plan, input, priority }: AcceptedRun): Prisma.Sql {
  const { id, workflow_id, org_id, metadata, starter, created_at, parent, alias, forked_from } = header;
  const fields = indexFields(plan, input);
  const [inputJson, metadataJson] = [input, metadata].map((value) => JSON.stringify(storable(value)));
  return Prisma.sql`${id}, ${workflow_id}, ${org_id}, ${inputJson}::json, ${metadataJson}::json, ${starter},
    ${new Date(created_at)}::timestamptz, ${parent?.run_id ?? null}, ${parent?.node_key ?? null}, ${alias ?? null}, ${priority ?? null}::int,
    ${forked_from?.run_id ?? null}, ${forked_from?.node_key ?? null}, ${fields === undefined ? null : JSON.stringify(storable(fields))}::jsonb`;
}

const startOf = ({ header, plan, input, author }: AcceptedRun): SubworkflowStart => ({
  plan: plan as unknown as Json,
  run: { id: header.id, org: header.org_id, workflow: header.workflow, version: header.version },
  input,
  ...(author === undefined ? {} : { author }),
});

/** The input with the schema's defaults filled in. Throws INPUT_INVALID with every problem. */
export function checkedInput({ plan }: Pick<StoredWorkflow, 'plan'>, input: Json): Json {
  if (!plan.input) return input;
  const { value, problems } = fillAndCheck(plan.input, input);
  if (problems.length === 0) return value;
  throw inputFault(plan, problems);
}

const summaryOf = (row: ListedRun): RunSummary => ({
  ...headerOf(row),
  status: row.status as RunStatus,
  started_at: iso(row.startedAt),
  finished_at: iso(row.finishedAt),
});

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export function headerOf(
  row: Pick<
    Row,
    | ('id' | 'orgId' | 'workflowId' | 'starter' | 'metadata' | 'createdAt' | 'parentRunId' | 'parentNode' | 'alias')
    | ('redriven' | 'forkedFrom' | 'forkedNode' | 'fields')
  > & { workflow: { name: string; version: number } },
): RunHeader {
  return {
    ...{
      id: row.id,
      org_id: row.orgId,
      workflow_id: row.workflowId,
      workflow: row.workflow.name,
      version: row.workflow.version,
    },
    ...{ starter: row.starter, metadata: row.metadata as Json, created_at: row.createdAt.toISOString() },
    ...(row.parentRunId === null ? {} : { parent: { run_id: row.parentRunId, node_key: row.parentNode! } }),
    ...(row.alias === null ? {} : { alias: row.alias }),
    ...(row.redriven === 0 ? {} : { redriven: row.redriven }),
    ...(row.forkedFrom === null ? {} : { forked_from: { run_id: row.forkedFrom, node_key: row.forkedNode! } }),
    ...(row.fields === null ? {} : { fields: row.fields as IndexedFields }),
  };
}
