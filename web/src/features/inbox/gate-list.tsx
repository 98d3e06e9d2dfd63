import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Check, Hourglass, UserCheck } from 'lucide-react';
import { personOf } from '../../lib/person.js';
import { Time, useNow } from '../../ui/index.js';
import { dueOf } from './due.js';
import { type Gate, type GateRef, refOf, sameGate } from './gates.js';
import css from './gate-list.module.css';
import { votedAs } from './policy.js';

/** The gates of a view. Each is a link, so that it opens in a new tab as well; the chosen one is marked for eyes and ears. */
export function GateList({ gates, chosen, me }: { gates: Gate[]; chosen: GateRef | undefined; me: string }) {
  const now = useNow(10_000);
  return (
    <ul className={css.list}>
      {gates.map((gate) => {
        const here = sameGate(refOf(gate), chosen);
        return (
          <li key={`${gate.run_id} ${gate.node_key}`} className={css.item}>
            <Link
              to="/inbox"
              search={(before) => ({ ...before, ...refOf(gate) })}
              className={clsx(css.link, here && css.here)}
              aria-current={here || undefined}
              data-gate={`${gate.run_id}/${gate.node_key}`}
            >
              <span className={css.title}>{gate.title}</span>
              <span className={css.meta}>
                <span className={css.where}>
                  {gate.workflow} · {gate.node_key}
                </span>
                <Time at={gate.opened_at} relative />
              </span>
              <span className={css.foot}>
                <DueBadge gate={gate} now={now} />
                <Outcome gate={gate} />
                <Said gate={gate} me={me} />
                <Holder gate={gate} me={me} />
                {gate.on_behalf_of?.map((person) => (
                  <span key={person}>for {person}</span>
                ))}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

export function DueBadge({ gate, now }: { gate: Pick<Gate, 'status' | 'due_at'>; now: number }) {
  const due = dueOf(gate, now);
  if (!due) return null;
  return (
    <span className={css.due} data-tone={due.tone}>
      <Hourglass size={12} aria-hidden />
      {due.words}
    </span>
  );
}

function Outcome({ gate }: { gate: Gate }) {
  if (gate.status === 'open') return null;
  const decision = gate.decision as { decision?: string } | null;
  const word = gate.status === 'closed' ? 'Closed' : decision?.decision === 'approve' ? 'Approved' : 'Denied';
  return (
    <span className={css.due} data-tone={word === 'Approved' ? 'good' : word === 'Denied' ? 'bad' : 'idle'}>
      {word}
    </span>
  );
}

/** It is open still, since others have to decide as well. */
function Said({ gate, me }: { gate: Gate; me: string }) {
  const said = gate.status === 'open' ? votedAs(gate, me) : undefined;
  return said === 'approve' ? (
    <span className={css.due} data-tone="good">
      <Check size={12} aria-hidden />
      you approved
    </span>
  ) : null;
}

function Holder({ gate: { claim, status }, me }: { gate: Gate; me: string }) {
  if (!claim || status !== 'open') return null;
  return (
    <span className={css.holder}>
      <UserCheck size={12} aria-hidden />
      {claim.holder === me ? 'you work on it' : `${personOf(claim.holder)} works on it`}
    </span>
  );
}
