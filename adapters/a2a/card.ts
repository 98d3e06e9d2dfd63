import { AGENT_CARD_PATH, type AgentCard } from '@a2a-js/sdk';
import { DefaultAgentCardResolver } from '@a2a-js/sdk/client';
import { Fault } from '../../core/fault.js';
import { toFault } from './faults.js';

const CARD_TIMEOUT_MS = 10_000;
const CARD_TTL_MS = 60_000;
const MAX_CARDS = 500;

export interface Cards {
  get(agent: string, signal: AbortSignal): Promise<AgentCard>;
  /** After a failed call: the agent may have moved. */
  forget(agent: string): void;
}

/** Finds agent cards and remembers them for a minute. */
export function createCards(fetchCard: typeof fetch): Cards {
  const known = new Map<string, { card: AgentCard; until: number }>();
  return {
    async get(agent, signal) {
      const found = known.get(agent);
      if (found && found.until > Date.now()) return found.card;
      const card = await discover(agent, fetchCard, signal);
      if (known.size >= MAX_CARDS) known.delete(known.keys().next().value!);
      known.set(agent, { card, until: Date.now() + CARD_TTL_MS });
      return card;
    },
    forget: (agent) => void known.delete(agent),
  };
}

async function discover(agent: string, fetchCard: typeof fetch, signal: AbortSignal): Promise<AgentCard> {
  try {
    for (const url of cardUrls(agent)) {
      const response = await fetchCard(url, {
        headers: { accept: 'application/json', 'A2A-Version': '1.0' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(CARD_TIMEOUT_MS)]),
      });
      if (response.ok) return checked(await parse(response, url), url);
      await response.body?.cancel();
      if (response.status === 404) continue;
      const code = response.status >= 500 || response.status === 429 ? 'AGENT_UNREACHABLE' : 'AGENT_PROTOCOL';
      throw new Fault(code, `agent card ${url} answered HTTP ${response.status}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw toFault(error, agent);
  }
  throw new Fault('AGENT_PROTOCOL', `no agent card at ${cardUrls(agent).join(' or ')}`, { details: { agent } });
}

/** A `.json` address is the card; else it is looked for under the address, then under its origin. */
export function cardUrls(agent: string): string[] {
  let base: URL;
  try {
    base = new URL(agent);
  } catch (error) {
    throw new Fault('AGENT_PROTOCOL', `${agent} is no URL of an agent`, { cause: error });
  }
  if (base.pathname.endsWith('.json')) return [base.href];
  const under = new URL(`${base.pathname.replace(/\/+$/, '')}/${AGENT_CARD_PATH}`, base.origin).href;
  return [...new Set([under, new URL(`/${AGENT_CARD_PATH}`, base.origin).href])];
}

async function parse(response: Response, url: string): Promise<AgentCard> {
  const raw: unknown = await response.json().catch((error: unknown) => {
    throw new Fault('AGENT_PROTOCOL', `agent card ${url} is no JSON`, { cause: error });
  });
  if (typeof raw !== 'object' || raw === null) throw new Fault('AGENT_PROTOCOL', `agent card ${url} is no object`);
  return new DefaultAgentCardResolver().normalizeAgentCard(raw);
}

/** Keeps the interfaces that we speak, in the agent's order of preference. */
function checked(card: AgentCard, url: string): AgentCard {
  const offered = card.supportedInterfaces ?? [];
  const supportedInterfaces = offered.filter(
    ({ protocolBinding, protocolVersion }) =>
      ['JSONRPC', 'HTTP+JSON'].includes(protocolBinding?.toUpperCase()) && /^1(\.|$)/.test(protocolVersion),
  );
  if (supportedInterfaces.length > 0) return { ...card, supportedInterfaces };
  const names = offered.map((each) => `${each.protocolBinding} ${each.protocolVersion}`).join(', ') || 'none';
  throw new Fault('AGENT_PROTOCOL', `agent card ${url} offers ${names}; Heddle speaks JSONRPC 1.0 and HTTP+JSON 1.0`);
}
