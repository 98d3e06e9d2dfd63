import { z } from 'zod/mini';
import { draftKey } from '../../../../lib/kept-drafts.js';
import type { BuilderState, Positions } from './store.js';

/** Unsaved work, kept in the browser. */
export interface Draft {
  text: string;
  positions: Positions;
  /** The version that it was made from; null: a new workflow. */
  base: { version: number; hash: string } | null;
  /** The text differs from that version's; otherwise it is kept for where nodes stand. */
  unsaved: boolean;
  /** ISO 8601. */
  at: string;
}

const draft = z.object({
  text: z.string(),
  positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })),
  base: z.nullable(z.object({ version: z.number(), hash: z.string() })),
  unsaved: z.boolean(),
  at: z.string(),
});

/** What a state has that is not saved; undefined when there is nothing. */
export const draftOf = ({ text, positions, saved, dirty }: BuilderState, now: Date): Draft | undefined =>
  dirty || Object.keys(positions).length > 0
    ? {
        ...{ text, positions, base: saved && { version: saved.version, hash: saved.hash } },
        ...{ unsaved: dirty, at: now.toISOString() },
      }
    : undefined;

/** False when the browser would not keep it: it is full, or nothing may be stored. */
export function keepDraft(org: string, name: string | null, kept: Draft | undefined, aside = false): boolean {
  try {
    if (kept) localStorage.setItem(draftKey(org, name, aside), JSON.stringify(kept));
    else localStorage.removeItem(draftKey(org, name, aside));
    return true;
  } catch {
    return kept === undefined;
  }
}

/** Of a text that was saved after its page had been left. */
export function forgetDraft(org: string, name: string | null, text: string): void {
  if (draftFor(org, name)?.text === text) keepDraft(org, name, undefined);
}

/** What was kept; what is not readable any more counts as nothing. */
export function draftFor(org: string, name: string | null, aside = false): Draft | undefined {
  try {
    return draft.parse(JSON.parse(localStorage.getItem(draftKey(org, name, aside)) ?? 'null'));
  } catch {
    return undefined; // nothing, or of another time
  }
}
