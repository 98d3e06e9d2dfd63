import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { type EgressGuard, portOf } from './guard.js';

export interface DialOptions {
  connectTimeoutMs?: number;
  /** Makes the connections; tests that must reach nobody bring their own. */
  connector?: typeof buildConnector;
}

/** Connections to the outside, all of them past the guard. One agent for each port, since a connector checks addresses for its port. */
export class Dialler {
  private readonly agents = new Map<number, Agent>();
  private readonly guard: EgressGuard;
  private readonly options: Required<DialOptions>;

  constructor(guard: EgressGuard, { connectTimeoutMs = 15_000, connector = buildConnector }: DialOptions = {}) {
    this.guard = guard;
    this.options = { connectTimeoutMs, connector };
  }

  /** Throws EGRESS_DENIED at once for what can be refused unresolved. */
  agentFor(url: URL): Agent {
    this.guard.checkUrl(url);
    const port = portOf(url);
    const known = this.agents.get(port);
    if (known) return known;
    // The node's own timeouts bound the call; undici's would end it early.
    const agent = new Agent({ connect: this.connectorFor(port), headersTimeout: 0, bodyTimeout: 0 });
    this.agents.set(port, agent);
    return agent;
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.close()));
  }

  /** Names are checked as they are resolved. An address is not resolved, so it is checked here. */
  private connectorFor(port: number): buildConnector.connector {
    const connect = this.options.connector({
      lookup: this.guard.lookupFor(port),
      timeout: this.options.connectTimeoutMs,
    } as buildConnector.BuildOptions);
    return (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host)) this.guard.checkAddress(host, host, port);
      connect(options, callback);
    };
  }
}
