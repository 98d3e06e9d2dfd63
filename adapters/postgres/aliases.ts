import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { Route } from '../../core/spec/routes.js';
import { type Db, required } from './db.js';

/** An alias of a workflow as it is now. */
export interface Alias {
  workflow: string;
  alias: string;
  /** By ascending version. */
  routes: Route[];
  /** Another after each change, for ever. */
  revision: string;
  updated_by: string;
  updated_at: string;
}
/** What somebody did to an alias: null is none. */
export interface AliasChange {
  /** The revision that came of it. */
  revision: string;
  from: Route[] | null;
  to: Route[] | null;
  by: string;
  at: string;
}
/** Whose alias, and which. */
export interface AliasPlace {
  orgId: string;
  workflow: string;
  alias: string;
}
export interface Change extends AliasPlace {
  actor: string;
  /** Throws when the alias, as it is just before the change, is not what the caller takes it for. */
  expect(now: Alias | undefined): void;
}

type Tx = Parameters<Parameters<Db['$transaction']>[0]>[0];
type Row = NonNullable<Awaited<ReturnType<Db['workflowAlias']['findFirst']>>>;

/** Aliases of workflows. Each change is written together with its entry of the audit log, which is the alias's history. */
export class Aliases {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async get({ orgId, workflow, alias }: AliasPlace): Promise<Alias | undefined> {
    return read(this.db, { orgId, workflow, alias });
  }

  /** In the order of their names, from after one on. */
  async list(orgId: string, workflow: string, limit: number, after = ''): Promise<Alias[]> {
    const rows = await this.db.workflowAlias.findMany({
      where: { orgId, workflow, alias: { gt: after } },
      orderBy: { alias: 'asc' },
      take: limit,
    });
    return rows.map(shown);
  }

  /** Leads the alias there; to where it leads already changes nothing. Throws NOT_FOUND for a version that is not there. */
  async set(change: Change & { routes: readonly Route[] }): Promise<{ alias: Alias; created: boolean }> {
    const { orgId, workflow, alias, actor } = change;
    const routes = change.routes.toSorted((a, b) => a.version - b.version);
    return this.exclusively(change, async (tx, before) => {
      await versionsExist(tx, change, routes);
      if (before && JSON.stringify(before.routes) === JSON.stringify(routes)) return { alias: before, created: false };
      const { id: revision, createdAt } = await record(tx, change, before?.routes ?? null, routes);
      const now = { routes: required(routes as unknown as Json), revision, updatedBy: actor, updatedAt: createdAt };
      const row = await tx.workflowAlias.upsert({
        where: { orgId_workflow_alias: { orgId, workflow, alias } },
        create: { orgId, workflow, alias, ...now },
        update: now,
      });
      return { alias: shown(row), created: before === undefined };
    });
  }

  /** False when there was none. Its history stays. */
  async remove(change: Change): Promise<boolean> {
    const { orgId, workflow, alias } = change;
    return this.exclusively(change, async (tx, before) => {
      if (!before) return false;
      await record(tx, change, before.routes, null);
      await tx.workflowAlias.delete({ where: { orgId_workflow_alias: { orgId, workflow, alias } } });
      return true;
    });
  }

  /** What was done to it, newest first, from before a revision on. */
  async history({ orgId, workflow, alias }: AliasPlace, limit: number, before?: string): Promise<AliasChange[]> {
    const rows = await this.db.auditEntry.findMany({
      where: {
        ...{ orgId, subject: subjectOf({ workflow, alias }), action: { in: ['alias.set', 'alias.remove'] } },
        ...(before === undefined ? {} : { id: { lt: BigInt(before) } }),
      },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(({ id, data, actor, createdAt }) => ({
      ...{ revision: String(id), ...(data as unknown as Pick<AliasChange, 'from' | 'to'>) },
      ...{ by: actor, at: createdAt.toISOString() },
    }));
  }

  /** One change of an alias at a time, also of one that is not there yet. */
  private exclusively<T>(change: Change, act: (tx: Tx, before: Alias | undefined) => Promise<T>): Promise<T> {
    const lock = `alias ${change.orgId} ${subjectOf(change)}`;
    return this.db.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
        const before = await read(tx, change);
        change.expect(before);
        return act(tx, before);
      },
      { timeout: 30_000 },
    );
  }
}

const subjectOf = ({ workflow, alias }: Pick<AliasPlace, 'workflow' | 'alias'>): string => `${workflow}@${alias}`;

async function read(db: Tx, { orgId, workflow, alias }: AliasPlace): Promise<Alias | undefined> {
  const row = await db.workflowAlias.findUnique({ where: { orgId_workflow_alias: { orgId, workflow, alias } } });
  return row ? shown(row) : undefined;
}

async function versionsExist(tx: Tx, { orgId, workflow }: AliasPlace, routes: readonly Route[]): Promise<void> {
  const wanted = routes.map(({ version }) => version);
  const rows = await tx.workflow.findMany({
    where: { orgId, name: workflow, version: { in: wanted } },
    select: { version: true },
  });
  const missing = wanted.find((version) => !rows.some((row) => row.version === version));
  if (missing !== undefined) throw new Fault('NOT_FOUND', `there is no workflow ${workflow} v${missing}`);
}

const record = (tx: Tx, { actor, ...place }: Change, from: readonly Route[] | null, to: readonly Route[] | null) =>
  tx.auditEntry.create({
    data: {
      ...{ orgId: place.orgId, actor, action: to ? 'alias.set' : 'alias.remove', subject: subjectOf(place) },
      data: { from, to } as object,
    },
  });

const shown = ({ workflow, alias, routes, revision, updatedBy, updatedAt }: Row): Alias => ({
  ...{ workflow, alias, routes: (routes as unknown as Route[]).map(({ version, weight }) => ({ version, weight })) },
  ...{ revision: String(revision), updated_by: updatedBy, updated_at: updatedAt.toISOString() },
});
