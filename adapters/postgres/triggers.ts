import { randomBytes } from 'node:crypto';
import type { TriggerDefinition } from '../../core/contract/triggers.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { newId } from '../ids.js';
import { firstSecret, openSecrets, rotatedSecrets, type StoredSecret } from '../webhooks/stored-secrets.js';
import type { Vault } from '../webhooks/vault.js';
import { type Db, isUniqueViolation, olderThan, Prisma, required } from './db.js';

export interface StoredTrigger {
  id: string;
  orgId: string;
  /** The part of its URL that nobody guesses. */
  hook: string;
  definition: TriggerDefinition;
  /** Newest first. */
  secrets: StoredSecret[];
  enabled: boolean;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
}
/** A place in the list of triggers: newest first. */
interface Place {
  createdAt: Date;
  id: string;
}

/** Triggers of orgs. Secrets lie encrypted, each for its own trigger. */
export class Triggers {
  private readonly db: Db;
  private readonly vault: Vault;

  constructor(db: Db, vault: Vault) {
    this.db = db;
    this.vault = vault;
  }

  /** Throws NAME_TAKEN; NOT_CONFIGURED where secrets can't be kept. */
  async create(
    orgId: string,
    definition: TriggerDefinition,
    { secret, createdBy }: { secret: string; createdBy: string },
  ): Promise<StoredTrigger> {
    const id = newId('trg');
    const hook = randomBytes(24).toString('base64url');
    const secrets = firstSecret(this.vault, id, secret, new Date());
    return unlessTaken(definition.name, async () =>
      storedOf(
        await this.db.trigger.create({
          data: { id, orgId, hook, ...columnsOf(definition), secrets: secretsJson(secrets), createdBy },
        }),
      ),
    );
  }

  async find(orgId: string, id: string): Promise<StoredTrigger | undefined> {
    const row = await this.db.trigger.findFirst({ where: { id, orgId } });
    return row ? storedOf(row) : undefined;
  }

  /** The one that is behind a URL, if it is enabled. */
  async behind(hook: string): Promise<StoredTrigger | undefined> {
    const row = await this.db.trigger.findUnique({ where: { hook } });
    return row?.enabled ? storedOf(row) : undefined;
  }

  /** Newest first, from after the place on. */
  async list(orgId: string, limit: number, place?: Place): Promise<StoredTrigger[]> {
    const rows = await this.db.trigger.findMany({
      where: { orgId, ...olderThan(place, 'id') },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit,
    });
    return rows.map(storedOf);
  }

  async replace({ id }: StoredTrigger, definition: TriggerDefinition): Promise<StoredTrigger> {
    return unlessTaken(definition.name, () => this.update(id, columnsOf(definition)));
  }

  enable({ id }: StoredTrigger, enabled: boolean): Promise<StoredTrigger> {
    return this.update(id, { enabled });
  }

  /** A new secret beside the newest that there was, which is good until then. Older ones are dropped. */
  async rotate({ id }: StoredTrigger, secret: string, until: Date): Promise<StoredTrigger> {
    const now = new Date();
    return this.db.$transaction(async (tx) => {
      const [row] = await tx.$queryRaw<{ secrets: StoredSecret[] }[]>`
        SELECT secrets FROM triggers WHERE id = ${id} FOR UPDATE`;
      const secrets = rotatedSecrets(this.vault, id, row?.secrets ?? [], { secret, now, until });
      return storedOf(
        await tx.trigger.update({ where: { id }, data: { secrets: secretsJson(secrets), updatedAt: now } }),
      );
    });
  }

  async remove({ id }: StoredTrigger): Promise<void> {
    await this.db.trigger.deleteMany({ where: { id } });
  }

  /** Those that a delivery may be signed with now. */
  secretsOf({ id, secrets }: StoredTrigger, now: Date): string[] {
    return openSecrets(this.vault, id, secrets, now);
  }

  private async update(id: string, data: Prisma.TriggerUpdateInput): Promise<StoredTrigger> {
    return storedOf(await this.db.trigger.update({ where: { id }, data: { ...data, updatedAt: new Date() } }));
  }
}

async function unlessTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (err) {
    if (!isUniqueViolation(err)) throw err;
    throw new Fault('NAME_TAKEN', `there is a trigger ${name} already`, { cause: err });
  }
}

const columnsOf = (definition: TriggerDefinition) => ({
  name: definition.name,
  definition: required(definition as unknown as Json),
});
const secretsJson = (secrets: StoredSecret[]) => required(secrets as unknown as Json);

const storedOf = (row: Prisma.TriggerGetPayload<object>): StoredTrigger => ({
  ...{ id: row.id, orgId: row.orgId, hook: row.hook, enabled: row.enabled },
  definition: row.definition as unknown as TriggerDefinition,
  secrets: row.secrets as unknown as StoredSecret[],
  ...{ createdBy: row.createdBy, createdAt: row.createdAt, updatedAt: row.updatedAt },
});
