import type { WebhookDefinition, WebhookEvent } from '../../core/contract/webhooks.js';
import type { Json } from '../../core/json.js';
import { newId } from '../ids.js';
import { firstSecret, openSecrets, rotatedSecrets, type StoredSecret } from '../webhooks/stored-secrets.js';
import type { Vault } from '../webhooks/vault.js';
import { type Db, olderThan, type Prisma, required } from './db.js';

export interface StoredWebhook {
  id: string;
  orgId: string;
  definition: WebhookDefinition;
  /** Newest first. */
  secrets: StoredSecret[];
  enabled: boolean;
  disabledWhy: string | null;
  failingSince: Date | null;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Where orgs want to be told of events. Secrets lie encrypted, each for its own webhook. */
export class Webhooks {
  private readonly db: Db;
  private readonly vault: Vault;

  constructor(db: Db, vault: Vault) {
    this.db = db;
    this.vault = vault;
  }

  /** Throws NOT_CONFIGURED where secrets can't be kept. */
  async create(
    orgId: string,
    definition: WebhookDefinition,
    { secret, createdBy }: { secret: string; createdBy: string },
  ): Promise<StoredWebhook> {
    const id = newId('whk');
    const secrets = json(firstSecret(this.vault, id, secret, new Date()));
    return storedOf(await this.db.webhook.create({ data: { id, orgId, ...definition, secrets, createdBy } }));
  }

  async find(orgId: string, id: string): Promise<StoredWebhook | undefined> {
    const row = await this.db.webhook.findFirst({ where: { id, orgId } });
    return row ? storedOf(row) : undefined;
  }

  /** Newest first, from after the place on. */
  async list(orgId: string, limit: number, place?: { createdAt: Date; id: string }): Promise<StoredWebhook[]> {
    const rows = await this.db.webhook.findMany({
      where: { orgId, ...olderThan(place, 'id') },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit,
    });
    return rows.map(storedOf);
  }

  /** What it asks for newly it gets from now on: what happened before is not told. */
  replace({ id, definition: before }: StoredWebhook, definition: WebhookDefinition): Promise<StoredWebhook> {
    const more = definition.events.some((event) => !before.events.includes(event));
    return this.update(id, { ...definition, ...(more ? { since: new Date() } : {}) });
  }

  enable({ id, enabled: before }: StoredWebhook, enabled: boolean): Promise<StoredWebhook> {
    const begins = enabled && !before ? { since: new Date(), failingSince: null } : {};
    return this.update(id, { enabled, disabledWhy: enabled ? null : 'by request', ...begins });
  }

  /** The receiver has said that it is gone for good. */
  async disable(id: string, why: string): Promise<void> {
    await this.db.webhook.updateMany({ where: { id, enabled: true }, data: { enabled: false, disabledWhy: why } });
  }

  /** A new secret beside the newest that there was: until then, deliveries are signed with both. */
  async rotate({ id }: StoredWebhook, secret: string, until: Date): Promise<StoredWebhook> {
    const now = new Date();
    return this.db.$transaction(async (tx) => {
      const [row] = await tx.$queryRaw<{ secrets: StoredSecret[] }[]>`
        SELECT secrets FROM webhooks WHERE id = ${id} FOR UPDATE`;
      const secrets = json(rotatedSecrets(this.vault, id, row?.secrets ?? [], { secret, now, until }));
      return storedOf(await tx.webhook.update({ where: { id }, data: { secrets, updatedAt: now } }));
    });
  }

  async remove({ id }: StoredWebhook): Promise<void> {
    await this.db.webhook.deleteMany({ where: { id } });
  }

  /** Those that a delivery is signed with now. */
  secretsOf({ id, secrets }: StoredWebhook, now: Date): string[] {
    return openSecrets(this.vault, id, secrets, now);
  }

  private async update(id: string, data: Prisma.WebhookUpdateInput): Promise<StoredWebhook> {
    return storedOf(await this.db.webhook.update({ where: { id }, data: { ...data, updatedAt: new Date() } }));
  }
}

const json = (secrets: StoredSecret[]) => required(secrets as unknown as Json);

const storedOf = ({
  url,
  description,
  events,
  links,
  secrets,
  ...row
}: Prisma.WebhookGetPayload<object>): StoredWebhook => ({
  ...row,
  definition: { url, description, events: events as WebhookEvent[], links },
  secrets: secrets as unknown as StoredSecret[],
});
