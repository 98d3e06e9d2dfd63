import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { parseReference } from '../../core/spec/reference.js';
import { type Route, routeAt } from '../../core/spec/routes.js';
import { newId } from '../ids.js';
import { type Db, required } from './db.js';

export interface WorkflowVersion {
  id: string;
  name: string;
  version: number;
  description: string | null;
  hash: string;
  created_by: string;
  created_at: string;
}
export interface StoredWorkflow extends WorkflowVersion {
  spec_text: string;
  plan: Plan;
}
/** Of a name, which version; and the run that it is wanted for. */
export interface Wanted {
  version?: number | undefined;
  run?: string | undefined;
}
type AliasOf = { name: string; alias: string };
type Row = {
  id: string;
  name: string;
  version: number;
  specHash: string;
  createdBy: string;
  createdAt: Date;
  description: string | null;
  planJson?: unknown;
  specText?: string;
};

const LIGHT = {
  ...{ id: true, name: true, version: true, description: true, specHash: true, createdBy: true, createdAt: true },
} as const;

/** Versions that were read lately are at hand: every start of a run needs one. */
const KNOWN_BYTES = 64 * 1024 * 1024;
/** A plan's memory against the length of its text, generously. */
const PLAN_TO_TEXT = 8;

/** Workflows and their versions. A version is immutable (P6); the same content again is the version that exists. */
export class Workflows {
  private readonly db: Db;
  private readonly known = new LRUCache<string, StoredWorkflow>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: ({ spec_text }) => 1_000 + PLAN_TO_TEXT * spec_text.length,
  });

  constructor(db: Db) {
    this.db = db;
  }

  async create({
    orgId,
    text,
    spec,
    plan,
    createdBy,
    compare = 'content',
  }: {
    orgId: string;
    text: string;
    spec: Json;
    plan: Plan;
    createdBy: string;
    /** What makes another version: other content, or also a text that says the same otherwise. */
    compare?: 'content' | 'text' | undefined;
  }): Promise<{ workflow: StoredWorkflow; created: boolean }> {
    const specHash = createHash('sha256').update(JSON.stringify(spec)).digest('hex');
    return this.db.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`workflow ${orgId} ${plan.name}`}, 0))`;
        const newest = await tx.workflow.findFirst({ where: { orgId, name: plan.name }, orderBy: { version: 'desc' } });
        if (newest?.specHash === specHash && (compare === 'content' || newest.specText === text))
          return { workflow: stored(newest), created: false };
        const row = await tx.workflow.create({
          data: {
            ...{
              id: newId('wf'),
              lineageId: newest?.lineageId ?? newId('wf'),
              orgId,
              name: plan.name,
              version: (newest?.version ?? 0) + 1,
            },
            ...{
              specText: text,
              specHash,
              specJson: required(spec),
              planJson: required(plan as unknown as Json),
              createdBy,
            },
            nodes: {
              createMany: {
                data: plan.nodes.map(({ key, type, config }) => ({ key, type, configJson: required(config) })),
              },
            },
            edges: {
              createMany: {
                data: plan.edges.map(({ from, to, on, condition = null }) => ({
                  fromKey: plan.nodes[from]!.key,
                  toKey: plan.nodes[to]!.key,
                  conditionJson: { on, condition },
                })),
              },
            },
          },
        });
        return { workflow: stored(row), created: true };
      },
      { timeout: 30_000 },
    );
  }

  /**
   * The version that a reference leads to: `flow`, `flow@3`, `flow@stable` or an id (core/spec/reference.ts). Of an alias that leads to
   * several, the `run` chooses by its id, always the same; without one it is refused with REQUEST_INVALID.
   */
  async find(orgId: string, reference: string, { version, run }: Wanted = {}): Promise<StoredWorkflow | undefined> {
    const id = await this.idOf(orgId, reference, { version, run });
    const found = id === undefined ? undefined : await this.byId(orgId, id);
    return version === undefined || found?.version === version ? found : undefined;
  }

  private async byId(orgId: string, id: string): Promise<StoredWorkflow | undefined> {
    const key = `${orgId} ${id}`;
    const known = this.known.get(key);
    if (known) return known;
    const row = await this.db.workflow.findFirst({ where: { orgId, id }, omit: { specJson: true } });
    if (!row) return undefined;
    const found = stored(row);
    this.known.set(key, found);
    return found;
  }

  /** A version never changes, but where a name or an alias leads does: that is read each time. */
  private async idOf(orgId: string, text: string, { version, run }: Wanted): Promise<string | undefined> {
    const reference = parseReference(text);
    if (version !== undefined && reference.kind !== 'newest' && reference.kind !== 'id')
      throw new Fault('REQUEST_INVALID', `${text} says already which version it is`);
    if (reference.kind === 'id') return reference.id;
    if (reference.kind === 'alias') return this.idByAlias(orgId, reference, run);
    const wanted = reference.kind === 'version' ? reference.version : (version ?? null);
    const [row] = await this.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM workflows WHERE org_id = ${orgId} AND name = ${reference.name} AND (${wanted}::int IS NULL OR version = ${wanted}::int)
      ORDER BY version DESC LIMIT 1`;
    return row?.id;
  }

  private async idByAlias(orgId: string, { name, alias }: AliasOf, run?: string): Promise<string | undefined> {
    // Version by version: the planner takes routes for many, and would read all versions there are.
    const routes = await this.db.$queryRaw<(Route & { id: string })[]>`
      SELECT w.id, r.version, r.weight FROM workflow_aliases a
      CROSS JOIN LATERAL jsonb_to_recordset(a.routes) AS r(version int, weight int)
      CROSS JOIN LATERAL (
        SELECT id FROM workflows WHERE org_id = a.org_id AND name = a.workflow AND version = r.version LIMIT 1
      ) w
      WHERE a.org_id = ${orgId} AND a.workflow = ${name} AND a.alias = ${alias}`;
    if (run !== undefined && routes.length > 0) return routeAt(routes, placeOf(run)).id;
    if (routes.length > 1)
      throw new Fault('REQUEST_INVALID', `${name}@${alias} leads to ${routes.length} versions; name one of them`);
    return routes[0]?.id;
  }

  /** The newest version of each workflow, newest first. */
  async list(
    orgId: string,
    limit: number,
    { before, q = '' }: { before?: { createdAt: Date; id: string } | undefined; q?: string | undefined } = {},
  ): Promise<WorkflowVersion[]> {
    const { createdAt = new Date(8.64e15 / 2), id = '~' } = before ?? {};
    const words = q.split(/\s+/).filter(Boolean);
    const rows = await this.db.$queryRaw<Row[]>`
      SELECT id, name, version, spec_hash AS "specHash", created_by AS "createdBy", created_at AS "createdAt", description
      FROM workflows w
      WHERE org_id = ${orgId} AND (created_at, id) < (${createdAt}, ${id})
        AND NOT EXISTS (SELECT 1 FROM workflows n WHERE n.org_id = w.org_id AND n.name = w.name AND n.version > w.version)
        AND NOT EXISTS (
          SELECT 1 FROM unnest(${words}::text[]) word
          WHERE strpos(lower(concat_ws(' ', w.name, w.description, w.created_by)), lower(word)) = 0)
      ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
    return rows.map(light);
  }

  async versions(orgId: string, name: string, limit: number, before = 2 ** 31 - 1): Promise<WorkflowVersion[]> {
    const rows = await this.db.workflow.findMany({
      where: { orgId, name, version: { lt: before } },
      orderBy: { version: 'desc' },
      take: limit,
      select: LIGHT,
    });
    return rows.map(light);
  }
}

/** The run's place from 0 up to 100, spread evenly over all runs. */
export const placeOf = (run: string): number => createHash('sha256').update(run).digest().readUInt32BE() % 100;

const light = (row: Row): WorkflowVersion => ({
  id: row.id,
  name: row.name,
  version: row.version,
  description: row.description,
  hash: row.specHash,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
});

const stored = (row: Required<Row>): StoredWorkflow => ({
  ...light(row),
  spec_text: row.specText,
  plan: row.planJson as Plan,
});
