import { create } from 'zustand';
import { type Draft, EMPTY_DRAFT } from './decision.js';
import type { GateDetail } from './gates.js';

/** What was typed and not sent yet, by gate and asking: it is there again when the reader comes back to the gate. */
const useDrafts = create<{ drafts: Record<string, Draft> }>(() => ({ drafts: {} }));

const keyOf = ({ run_id, node_key, round }: Pick<GateDetail, 'run_id' | 'node_key' | 'round'>): string =>
  `${run_id} ${node_key} ${round}`;

export function useDraft(gate: Pick<GateDetail, 'run_id' | 'node_key' | 'round'>): {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  drop: () => void;
} {
  const key = keyOf(gate);
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
