import { create } from 'zustand';
import { type Me, onForget, useMe } from '../session/session.js';
import { type Draft, EMPTY_DRAFT } from './decision.js';
import type { GateDetail } from './gates.js';

type GateKey = Pick<GateDetail, 'run_id' | 'node_key' | 'round'>;

/** What was typed and not sent yet, by person, org, gate and asking: it is there again when they come back to the gate. */
const useDrafts = create<{ drafts: Record<string, Draft> }>(() => ({ drafts: {} }));
onForget(() => useDrafts.setState({ drafts: {} }));

/** Nobody sees what another has typed, whoever sat before this browser. */
const keyOf = ({ subject, org }: Pick<Me, 'subject' | 'org'>, { run_id, node_key, round }: GateKey): string =>
  JSON.stringify([subject, org.id, run_id, node_key, round]);

export function useDraft(gate: GateKey): {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  drop: () => void;
} {
  const key = keyOf(useMe(), gate);
  const draft = useDrafts(({ drafts }) => drafts[key]) ?? EMPTY_DRAFT;
  return {
    draft,
    change: (part) =>
      useDrafts.setState(({ drafts }) => ({
        drafts: { ...drafts, [key]: { ...(drafts[key] ?? EMPTY_DRAFT), ...part } },
      })),
    drop: () =>
      useDrafts.setState(({ drafts }) => {
        const { [key]: _dropped, ...rest } = drafts;
        return { drafts: rest };
      }),
  };
}
