import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
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
type Row = {
  id: string;
  name: string;
  version: number;
  specHash: string;
  createdBy: string;
  createdAt: Date;
  planJson?: unknown;
  specText?: string;
};

const LIGHT = { id: true, name: true, version: true, specHash: true, createdBy: true, createdAt: true } as const;

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
  }: {
    orgId: string;
    text: string;
    spec: Json;
    plan: Plan;
    createdBy: string;
  }): Promise<{ workflow: StoredWorkflow; created: boolean }> {
    const specHash = createHash('sha256').update(JSON.stringify(spec)).digest('hex');
    return this.db.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`workflow ${orgId} ${plan.name}`}, 0))`;
        const newest = await tx.workflow.findFirst({ where: { orgId, name: plan.name }, orderBy: { version: 'desc' } });
        if (newest?.specHash === specHash) return { workflow: stored(newest), created: false };
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

  /** By the id of a version, or by name: then the newest, or the one that is asked for. */
  async find(orgId: string, idOrName: string, version?: number): Promise<StoredWorkflow | undefined> {
    const id = idOrName.startsWith('wf_') ? idOrName : await this.idOf(orgId, idOrName, version);
    if (id === undefined) return undefined;
    const key = `${orgId} ${id}`;
    const known = this.known.get(key);
    if (known) return known;
    const row = await this.db.workflow.findFirst({ where: { orgId, id }, omit: { specJson: true } });
    if (!row) return undefined;
    const found = stored(row);
    this.known.set(key, found);
    return found;
  }

  private async idOf(orgId: string, name: string, version: number | undefined): Promise<string | undefined> {
    const [row] = await this.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM workflows WHERE org_id = ${orgId} AND name = ${name} AND (${version ?? null}::int IS NULL OR version = ${version ?? null}::int)
      ORDER BY version DESC LIMIT 1`;
    return row?.id;
  }

  /** The newest version of each workflow, newest first. */
  async list(orgId: string, limit: number, before?: { createdAt: Date; id: string }): Promise<WorkflowVersion[]> {
    const { createdAt = new Date(8.64e15 / 2), id = '~' } = before ?? {};
    const rows = await this.db.$queryRaw<Row[]>`
      SELECT id, name, version, spec_hash AS "specHash", created_by AS "createdBy", created_at AS "createdAt", json_build_object('description', plan_json -> 'description') AS "planJson"
      FROM workflows w
      WHERE org_id = ${orgId} AND (created_at, id) < (${createdAt}, ${id})
        AND NOT EXISTS (SELECT 1 FROM workflows n WHERE n.org_id = w.org_id AND n.name = w.name AND n.version > w.version)
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

const light = (row: Row): WorkflowVersion => ({
  id: row.id,
  name: row.name,
  version: row.version,
  description: (row.planJson as { description?: string | null } | undefined)?.description ?? null,
  hash: row.specHash,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
});

const stored = (row: Required<Row>): StoredWorkflow => ({
  ...light(row),
  spec_text: row.specText,
  plan: row.planJson as Plan,
});
