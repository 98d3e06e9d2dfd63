import { personOf } from '../../lib/person.js';
import type { GateEntry } from './gates.js';

/** What an entry of a gate's history says: who did what, and what they said with it. */
export interface Told {
  who: string | undefined;
  did: string;
  tone: 'good' | 'bad' | 'wait' | 'idle';
  /** What they wrote. */
  text?: string;
}
type Data = { [name: string]: unknown };
const at = (data: Data, name: string): string | undefined =>
  typeof data[name] === 'string' ? (data[name] as string) : undefined;

/** Each kind has one entry here, so that none is forgotten. */
const WORDS: Record<GateEntry['kind'], (data: Data) => Omit<Told, 'who'>> = {
  opened: () => ({ did: 'The gate opened', tone: 'idle' }),
  asked_again: () => ({ did: 'It is asked again', tone: 'wait' }),
  reminded: () => ({ did: 'People were reminded', tone: 'wait' }),
  escalated: (data) => ({ did: `It went to ${at(data, 'to') ?? 'others'} as well`, tone: 'wait' }),
  voted: decided,
  decided,
  lapsed: (data) => ({
    did: 'The approval lapsed: it was given on something else',
    tone: 'wait',
    ...said(data, 'why'),
  }),
  acted: (data) => ({
    did: `did ${(at(data, 'act') ?? 'something').replaceAll('_', ' ')}`,
    tone: 'idle',
    ...said(data, 'reason'),
  }),
  closed: (data) => ({ did: closing(data), tone: 'idle' }),
  claimed: () => ({ did: 'works on it', tone: 'idle' }),
  released: (data) => ({ did: released(data), tone: 'idle' }),
  commented: (data) => ({ did: 'commented', tone: 'idle', ...said(data, 'text') }),
};

function decided(data: Data): Omit<Told, 'who'> {
  const approves = at(data, 'decision') === 'approve';
  const place = at(data, 'on_behalf_of');
  const did = `${approves ? 'approved' : 'denied'}${place === undefined ? '' : ` in place of ${personOf(place)}`}`;
  return { did, tone: approves ? 'good' : 'bad', ...said(data, 'comment') };
}

const said = (data: Data, name: string): { text?: string } => {
  const text = at(data, name);
  return text === undefined || text === '' ? {} : { text };
};

function closing(data: Data): string {
  const run = at(data, 'run');
  if (run !== undefined) return `The gate closed: the run is ${run.replaceAll('_', ' ')}`;
  return `The gate closed${at(data, 'status') ? `, its node is ${at(data, 'status')}` : ''}`;
}

function released(data: Data): string {
  const holder = personOf(at(data, 'holder') ?? 'whoever worked on it');
  const how = at(data, 'how');
  if (how === 'taken_over') return `took over from ${holder}`;
  if (how === 'expired') return `The claim of ${holder} ran out`;
  return how === 'decided' ? 'ended the claim by deciding' : 'does not work on it any more';
}

export function tellEntry({ kind, actor, data }: Pick<GateEntry, 'kind' | 'actor' | 'data'>): Told {
  const fields = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Data) : {};
  return { who: actor ?? undefined, ...WORDS[kind](fields) };
}
