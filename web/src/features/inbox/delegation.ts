import type { components } from '../../lib/api/schema.js';
import { isoOf } from '../../lib/time-input.js';
import type { Zone } from '../../lib/time.js';

export type Delegation = components['schemas']['Delegation'];

/** What the form holds: times as `datetime-local` inputs have them, workflows with commas between them. */
export interface DelegationForm {
  to: string;
  from: string;
  until: string;
  groups: string[];
  workflows: string;
  reason: string;
}
export const EMPTY_FORM: DelegationForm = { to: '', from: '', until: '', groups: [], workflows: '', reason: '' };

export interface DelegationBody {
  to: string;
  from?: string;
  until: string;
  groups?: string[];
  workflows?: string[];
  reason: string;
}

const YEAR_MS = 366 * 86_400_000;
type Wrong = Partial<Record<'to' | 'until' | 'reason', string>>;

/** What to send, or what is wrong by field. */
export function bodyOf(form: DelegationForm, zone: Zone, now: number): { body: DelegationBody } | { wrong: Wrong } {
  const to = form.to.trim();
  const reason = form.reason.trim();
  const [from, until] = [isoOf(form.from, zone), isoOf(form.until, zone)];
  const wrong: Wrong = {
    ...(/^(user|key):\S+$/.test(to) ? {} : { to: 'A person is named as user:… or key:…' }),
    ...untilWrong(from, until, now),
    ...(reason === '' ? { reason: 'Say why: those who look at a decision later read it.' } : {}),
  };
  if (Object.keys(wrong).length > 0) return { wrong };
  const workflows = form.workflows.split(/[\s,]+/).filter(Boolean);
  return {
    body: {
      ...{ to, until: until!, reason },
      ...(from === undefined ? {} : { from }),
      ...(form.groups.length === 0 ? {} : { groups: form.groups }),
      ...(workflows.length === 0 ? {} : { workflows }),
    },
  };
}

function untilWrong(from: string | undefined, until: string | undefined, now: number): Wrong {
  if (until === undefined) return { until: 'Say until when.' };
  const start = Math.max(now, from === undefined ? 0 : Date.parse(from));
  if (Date.parse(until) <= start) return { until: 'It ends before it begins.' };
  return Date.parse(until) - start > YEAR_MS ? { until: 'A delegation lasts a year at most.' } : {};
}

/** What of one's seats: `all of your seats`, `seats of legal, finance, in runs of payout`. */
export function scopeInWords({ groups, groups_only, workflows }: Delegation): string {
  const seats = groups_only ? `seats of ${groups.join(', ')}` : 'all seats';
  return workflows.length === 0 ? seats : `${seats}, in runs of ${workflows.join(', ')}`;
}

/** Those that are or will be in force first; within them the newest. */
export const inOrder = (all: readonly Delegation[]): Delegation[] =>
  all.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)) || b.created_at.localeCompare(a.created_at));
export const isOver = ({ state }: Delegation): boolean => state === 'over' || state === 'revoked';
