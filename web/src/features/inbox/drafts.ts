import { useMemo } from 'react';
import { z } from 'zod/mini';
import { create } from 'zustand';
import type { Json } from '../../../../core/json.js';
import { gateDraftKey } from '../../lib/kept-drafts.js';
import { type Me, onForget, useMe } from '../session/session.js';
import { type Draft, EMPTY_DRAFT } from './decision.js';
import type { GateDetail } from './gates.js';
import { withoutSecrets } from './secrets.js';

type GateOf = Pick<GateDetail, 'run_id' | 'node_key' | 'round' | 'form'>;

/**
 * What was typed and not sent yet, by person, org, gate and asking: it is there again when they come back to the gate, or load the page anew
 * in the same tab. Secrets are not kept for that.
 */
const useDrafts = create<{ drafts: Record<string, Draft> }>(() => ({ drafts: {} }));
onForget(() => useDrafts.setState({ drafts: {} }));

/** Nobody sees what another has typed, whoever sat before this browser. */
const keyOf = ({ subject, org }: Pick<Me, 'subject' | 'org'>, { run_id, node_key, round }: GateOf): string =>
  gateDraftKey(JSON.stringify([subject, org.id, run_id, node_key, round]));

export function useDraft(gate: GateOf): {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** Of the decision; what is to be said is another thing. */
  drop: () => void;
} {
  const key = keyOf(useMe(), gate);
  const kept = useMemo(() => read(key), [key]);
  const draft = useDrafts(({ drafts }) => drafts[key]) ?? kept;
  const put = (part: Partial<Draft>): void => {
    const next = { ...(useDrafts.getState().drafts[key] ?? kept), ...part };
    useDrafts.setState(({ drafts }) => ({ drafts: { ...drafts, [key]: next } }));
    keep(key, next, gate.form as Json);
  };
  return { draft, change: put, drop: () => put({ ...EMPTY_DRAFT, say: draft.say }) };
}

const stored = z.object({
  comment: z.string(),
  form: z.optional(z.unknown()),
  as: z.optional(z.string()),
  say: z.object({ text: z.string(), key: z.string() }),
});

function read(key: string): Draft {
  try {
    const { comment, form, as, say } = stored.parse(JSON.parse(sessionStorage.getItem(key) ?? 'null'));
    return { comment, form, as, say };
  } catch {
    return EMPTY_DRAFT; // nothing, or of another time
  }
}

function keep(key: string, draft: Draft, schema: Json): void {
  try {
    if (draft.comment === '' && draft.form === undefined && draft.say.text === '') sessionStorage.removeItem(key);
    else
      sessionStorage.setItem(
        key,
        JSON.stringify({ ...draft, form: withoutSecrets(schema, draft.form as Json | undefined) }),
      );
  } catch {
    // It is full, or nothing may be stored: it is there until the page is loaded anew.
  }
}
