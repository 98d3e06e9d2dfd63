import { useState } from 'react';
import { personOf } from '../../lib/person.js';
import { Button, Dialog, ProblemPanel } from '../../ui/index.js';
import css from './confirm.module.css';
import type { Verdict } from './decision.js';
import type { GateDetail } from './gates.js';
import { afterApproval } from './policy.js';

const VERDICTS = {
  approve: { title: 'Approve this gate?', button: 'Approve', look: 'primary' },
  deny: { title: 'Deny this gate?', button: 'Deny', look: 'danger' },
} as const;

/** A decision can't be undone, so it is said once more what it is about and what comes of it. */
export function ConfirmDecision({
  verdict,
  gate,
  as,
  comment,
  claimedBy,
  busy,
  error,
  onDecide,
  onClose,
}: {
  verdict: Verdict;
  gate: GateDetail;
  /** In whose place. */
  as: string | undefined;
  comment: string;
  /** Somebody else works on it: going on without them is a choice of its own. */
  claimedBy: string | undefined;
  busy: boolean;
  error: unknown;
  onDecide: (takeOver: boolean) => void;
  onClose: () => void;
}) {
  const [anyway, setAnyway] = useState(false);
  const { title, button, look } = VERDICTS[verdict];
  const blocked = claimedBy !== undefined && !anyway;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={gate.title}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button look={look} autoFocus={!blocked} disabled={blocked} busy={busy} onClick={() => onDecide(anyway)}>
            {button}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        {as !== undefined && <p>You decide in place of {as}, and take their seat.</p>}
        <p>
          {verdict === 'approve'
            ? afterApproval(gate)
            : 'One denial settles the gate: its node fails, or goes the way that the workflow has for that.'}{' '}
          <strong>This can’t be taken back.</strong>
        </p>
        {comment !== '' && <blockquote className={css.quote}>{comment}</blockquote>}
        {claimedBy !== undefined && (
          <label className={css.anyway}>
            <input type="checkbox" checked={anyway} autoFocus onChange={(event) => setAnyway(event.target.checked)} />
            {personOf(claimedBy)} works on it. Decide anyway, without them.
          </label>
        )}
        {error !== null && error !== undefined && <ProblemPanel error={error} />}
      </div>
    </Dialog>
  );
}
