import { Ban, OctagonX, Pause, Play, RotateCw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe } from '../../session/session.js';
import { Button } from '../../../ui/index.js';
import { BULK, BULK_ACTS, type BulkAct, runsInWords } from './bulk.js';
import css from './bulk.module.css';

const ICONS: Record<BulkAct, ReactNode> = {
  ...{ retry: <RotateCw />, pause: <Pause />, resume: <Play />, cancel: <Ban />, terminate: <OctagonX /> },
};

/** The acts that the reader may do, in their order. */
export function useActs(): BulkAct[] {
  const { actions } = useMe();
  return BULK_ACTS.filter((act) => actions.includes(BULK[act].action));
}

export interface BulkBarProps {
  count: number;
  acts: BulkAct[];
  onAct: (act: BulkAct) => void;
  onClear: () => void;
  /** Offered where all that are shown were ticked, and there are others that match. */
  onAllMatching: (() => void) | undefined;
  /** How many at most. */
  most: number;
  /** The newest were selected, and there are others that match. */
  othersMatch: boolean;
  busy: boolean;
}

/** What can be done to what was ticked. What the reader may not is not offered. */
export function BulkBar({ count, acts, onAct, onClear, onAllMatching, most, othersMatch, busy }: BulkBarProps) {
  return (
    <div className={css.bar} role="toolbar" aria-label="Selected runs">
      <Button look="quiet" icon={<X />} aria-label="Select none" aria-keyshortcuts="Escape" onClick={onClear} />
      <strong aria-live="polite">{runsInWords(count)} selected</strong>
      {othersMatch && <span className="muted">the newest that match; there are more</span>}
      {onAllMatching && (
        <Button look="quiet" busy={busy} onClick={onAllMatching}>
          Select all that match, up to {most}
        </Button>
      )}
      <span className={css.acts}>
        {acts.map((act) => (
          <Button key={act} icon={ICONS[act]} look={BULK[act].danger ? 'danger' : 'plain'} onClick={() => onAct(act)}>
            {BULK[act].label}
          </Button>
        ))}
      </span>
    </div>
  );
}
