import pg from 'pg';

/**
 * Claims that live as long as this process' connection: PostgreSQL's advisory locks. Of several projectors, one works on a run; when
 * it dies, its claims are free at once.
 */
export class Claims {
  private readonly url: string;
  private client: Promise<pg.Client> | undefined;
  /** What `client` has become. */
  private current: pg.Client | undefined;
  /** One query after the other: a client of pg takes one at a time. */
  private last: Promise<unknown> = Promise.resolve();
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
      if (!(await this.ask(client, 'pg_try_advisory_lock', name))) return false;
      try {
        await work();
      } finally {
        // Fails when the connection broke: then the lock is gone anyway.
        await this.ask(client, 'pg_advisory_unlock', name).catch(() => this.forget(client));
      }
      return true;
    } finally {
      this.held.delete(name);
    }
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    this.client = undefined;
    this.current = undefined;
    await client?.end();
  }

  private ask(client: pg.Client, what: 'pg_try_advisory_lock' | 'pg_advisory_unlock', name: string): Promise<boolean> {
    const asked = this.last.then(async () => {
      const query = `SELECT ${what}(hashtextextended($1, 1)) AS done`;
      return (await client.query<{ done: boolean }>(query, [name])).rows[0]!.done;
    });
    this.last = asked.catch(() => undefined); // whoever asked hears of it
    return asked;
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
    this.current = client;
    return client;
  }

  /** All whose claims broke with a connection say so, some of them when there is a new one: that one stays. */
  private forget(client: pg.Client): void {
    if (this.current === client) {
      this.client = undefined;
      this.current = undefined;
    }
    void client.end().catch(() => undefined); // it is broken already
  }
}
