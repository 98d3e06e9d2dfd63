import type { Problem } from '../../lib/api/problem.js';
import type { GateDetail } from './gates.js';

export type Verdict = 'approve' | 'deny';

/** What a person has put in so far; kept while they look at other gates. */
export interface Draft {
  comment: string;
  form: unknown;
  /** In whose place; undefined: in person. */
  as: string | undefined;
  /** What is to be said to those who see the gate, and the key under which it is sent: sent once more after a lost answer it is there once. */
  say: { text: string; key: string };
}
export const EMPTY_DRAFT: Draft = { comment: '', form: undefined, as: undefined, say: { text: '', key: '' } };

export interface DecisionBody {
  decision: Verdict;
  comment?: string;
  evidence?: string;
  form?: never;
  on_behalf_of?: string;
  take_over: boolean;
}

/**
 * What is sent: about the evidence that was on the screen, and the form only with an approval, since a denial need not fill it in.
 * `takeOver`: the person was told that somebody else works on it, and goes on.
 */
export function decisionOf(
  decision: Verdict,
  draft: Draft,
  shown: Pick<GateDetail, 'evidence' | 'form'>,
  takeOver: boolean,
): DecisionBody {
  const comment = draft.comment.trim();
  const form = decision === 'approve' && hasForm(shown) ? (draft.form ?? {}) : undefined;
  return {
    decision,
    ...(comment === '' ? {} : { comment }),
    ...(shown.evidence === null ? {} : { evidence: shown.evidence }),
    ...(form === undefined ? {} : { form: form as never }),
    ...(draft.as === undefined ? {} : { on_behalf_of: draft.as }),
    take_over: takeOver,
  };
}

export const hasForm = ({ form }: Pick<GateDetail, 'form'>): boolean =>
  typeof form === 'object' && form !== null && Object.keys(form).length > 0;

/** In whose places the caller may decide: undefined is in person. */
export const placesOf = ({ you }: Pick<GateDetail, 'you'>): (string | undefined)[] => [
  ...(you.assigned ? [undefined] : []),
  ...you.on_behalf_of,
];

/** The one that was chosen while it may be, else the first. */
export const placeOf = (gate: Pick<GateDetail, 'you'>, draft: Draft): string | undefined => {
  const places = placesOf(gate);
  return places.includes(draft.as) ? draft.as : places[0];
};

/** Somebody else works on it. */
export const claimedByOther = (
  { claim }: Pick<GateDetail, 'claim'>,
  subject: string,
  as: string | undefined,
  now = Date.now(),
): string | undefined =>
  claim && claim.holder !== subject && claim.holder !== as && Date.parse(claim.expires_at) > now
    ? claim.holder
    : undefined;

/** What is done about a refusal: some are the gate's having moved on, which is shown, and not an error of the reader's. */
export function afterRefusal({ code }: Pick<Problem, 'code'>): 'show_new' | 'ask_take_over' | 'gone' | 'tell' {
  if (code === 'EVIDENCE_CHANGED') return 'show_new';
  if (code === 'GATE_CLAIMED') return 'ask_take_over';
  return code === 'GATE_CLOSED' || code === 'RUN_CLOSED' ? 'gone' : 'tell';
}

/** Which is next once this one is decided: the one after it, or the one before the end. */
export function nextAfter<T>(items: readonly T[], same: (item: T) => boolean): T | undefined {
  const at = items.findIndex(same);
  return at < 0 ? items[0] : (items[at + 1] ?? items[at - 1]);
}

/** `delta` places on from what is chosen, and no further than the ends. */
export function moved<T>(items: readonly T[], same: (item: T) => boolean, delta: 1 | -1): T | undefined {
  const at = items.findIndex(same);
  if (at < 0) return items[0];
  return items[Math.min(Math.max(at + delta, 0), items.length - 1)];
}
