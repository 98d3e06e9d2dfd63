import pg from 'pg';

/**
 * Claims that live as long as this process' connection: PostgreSQL's advisory locks. Of several projectors, one works on a run; when
 * it dies, its claims are free at once.
 */
export class Claims {
  private readonly url: string;
  private client: Promise<pg.Client> | undefined;
  private readonly held = new Set<string>();

  constructor(url: string) {
    this.url = url;
  }

  /** Does the work if nobody else is at it; answers whether it did. */
  async exclusively(name: string, work: () => Promise<void>): Promise<boolean> {
    if (this.held.has(name)) return false;
    this.held.add(name);
    try {
      const client = await this.connected();
      const { rows } = await client.query<{ got: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 1)) AS got',
        [name],
      );
      if (!rows[0]!.got) return false;
      try {
        await work();
      } finally {
        // Fails when the connection broke: then the lock is gone anyway.
        await client
          .query('SELECT pg_advisory_unlock(hashtextextended($1, 1))', [name])
          .catch(() => this.forget(client));
      }
      return true;
    } finally {
      this.held.delete(name);
    }
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    this.client = undefined;
    await client?.end();
  }

  private connected(): Promise<pg.Client> {
    this.client ??= this.connect().catch((err: unknown) => {
      this.client = undefined;
      throw err;
    });
    return this.client;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'heddle claims' });
    client.on('error', () => this.forget(client));
    await client.connect();
    return client;
  }

  private forget(client: pg.Client): void {
    this.client = undefined;
    void client.end().catch(() => undefined); // it is broken already
  }
}
