import { setTimeout as sleep } from 'node:timers/promises';

interface Door {
  api: string;
  token: string;
}
interface Gate {
  run_id: string;
  node_key: string;
  evidence: string;
}

/**
 * People who go on with their work whatever is killed: members of a group approve what lies in their inboxes, and somebody sets the
 * output of what is held. What was done already is refused with 409, and an API that is away is asked again.
 */
export class People {
  private readonly door: () => Door;
  private readonly names: string[];
  private readonly group: string;
  private tokens: string[] = [];
  private over = false;
  private readonly working: Promise<void>;
  /** Rejects when they are refused what they should not be refused. */
  readonly failed: Promise<never>;
  /** What was taken. */
  decisions = 0;
  outputs = 0;

  constructor(door: () => Door, group: string, names: string[]) {
    [this.door, this.group, this.names] = [door, group, names];
    this.working = this.work();
    this.failed = new Promise((_, reject) => {
      this.working.catch(reject);
    });
    this.failed.catch(() => undefined); // whoever waits for it hears of it
  }

  async goHome(): Promise<void> {
    this.over = true;
    await this.working;
  }

  private async work(): Promise<void> {
    while (!this.over) {
      for (const name of this.names.slice(this.tokens.length)) await this.hire(name);
      for (const token of this.tokens) await this.decideAll(token);
      await this.mendAll();
      await sleep(300);
    }
  }

  private async hire(name: string): Promise<void> {
    const json = { name, roles: ['approver'], groups: [this.group], person: `user:${name}` };
    const made = await this.ask<{ token: string }>('POST', '/api_keys', undefined, json);
    if (made) this.tokens.push(made.token);
  }

  private async decideAll(token: string): Promise<void> {
    const inbox = await this.ask<{ items: Gate[] }>('GET', '/gates?assigned=me&limit=100', token);
    for (const { run_id, node_key, evidence } of inbox?.items ?? []) {
      const json = { decision: 'approve', evidence };
      if (await this.ask('POST', `/workflow_runs/${run_id}/nodes/${node_key}/decision`, token, json)) this.decisions++;
    }
  }

  private async mendAll(): Promise<void> {
    const held = await this.ask<{ items: { id: string }[] }>('GET', '/workflow_runs?status=held&limit=100');
    for (const { id } of held?.items ?? []) {
      const json = { reason: 'mended by hand', output: { by: 'hand' } };
      if (await this.ask('POST', `/workflow_runs/${id}/nodes/stuck/output`, undefined, json)) this.outputs++;
    }
  }

  /** By the stack's own key, if none is given. Undefined when nobody answers, or it was done already. Throws when it is refused for any other reason. */
  private async ask<T>(method: string, path: string, token?: string, json?: object): Promise<T | undefined> {
    let response: Response;
    try {
      const door = this.door(); // there is none while the whole stack is down
      response = await fetch(`${door.api}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token ?? door.token}`, 'content-type': 'application/json' },
        ...(json ? { body: JSON.stringify(json) } : {}),
        signal: AbortSignal.timeout(20_000),
      });
      if (response.ok) return (await response.json()) as T;
    } catch {
      return undefined; // the API was killed: there is always a next time
    }
    if (response.status === 409 || response.status >= 500) return undefined;
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }
}
