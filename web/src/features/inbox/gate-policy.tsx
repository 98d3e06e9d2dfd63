import { useQuery } from '@tanstack/react-query';
import { Check, CircleDashed, X } from 'lucide-react';
import { personOf } from '../../lib/person.js';
import { Time, useNow, Who } from '../../ui/index.js';
import css from './gate-policy.module.css';
import { authorQuery, earlierQuery, type GateDetail } from './gates.js';
import { consequences, earlierApprovers, type FourEyes, leftOut, seatsOf, votesOf } from './policy.js';

/** What is known of those who may be left out; asked only where the policy leaves somebody out. */
export function useFourEyes(gate: GateDetail): FourEyes {
  const { workflow, version, starter, id } = gate.run;
  const author = useQuery({ ...authorQuery(workflow, version), enabled: gate.exclude.includes('author') });
  const earlier = useQuery({ ...earlierQuery(id), enabled: gate.exclude.includes('earlier_approvers') });
  return { starter, author: author.data, earlier: earlierApprovers(earlier.data ?? [], gate.node_key) };
}

/** Who must decide, who has, who is missing, who may not and why, and what happens when nobody does. */
export function GatePolicy({ gate, known }: { gate: GateDetail; known: FourEyes }) {
  const seats = seatsOf(gate);
  const votes = votesOf(gate);
  const out = leftOut(gate.exclude, known);
  return (
    <dl className={css.policy}>
      <dt>{gate.status === 'open' ? 'Who must approve' : 'Who had to approve'}</dt>
      <dd>
        <ul className={css.lines}>
          {seats.map(({ words, needed, taken }) => (
            <li key={words} className={css.line}>
              <Mark full={taken === needed && gate.status === 'open'} />
              <span>{words}</span>
              {gate.status === 'open' && needed > 1 && (
                <span className="muted num">
                  {taken} of {needed}
                </span>
              )}
            </li>
          ))}
        </ul>
      </dd>
      {votes.length > 0 && (
        <>
          <dt>Who has decided</dt>
          <dd>
            <ul className={css.lines}>
              {votes.map((vote) => (
                <li key={`${vote.actor} ${vote.at}`} className={css.line}>
                  {vote.decision === 'approve' ? (
                    <Check size={14} aria-hidden className={css.good} />
                  ) : (
                    <X size={14} aria-hidden className={css.bad} />
                  )}
                  <span>
                    <Who of={vote.actor} /> {vote.decision === 'approve' ? 'approved' : 'denied'}
                    {vote.on_behalf_of !== undefined && ` in place of ${personOf(vote.on_behalf_of)}`}
                    {vote.comment && <span className="muted">: {vote.comment}</span>}
                  </span>
                  <span className="muted">
                    <Time at={vote.at} relative />
                  </span>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      {out.length > 0 && (
        <>
          <dt>Who may not</dt>
          <dd>
            <ul className={css.lines}>
              {out.map(({ who, why }) => (
                <li key={`${who} ${why}`}>
                  <Who of={who} /> <span className="muted">{why}</span>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      <Deadline gate={gate} />
    </dl>
  );
}

const Mark = ({ full }: { full: boolean }) =>
  full ? (
    <Check size={14} aria-label="done:" className={css.good} />
  ) : (
    <CircleDashed size={14} aria-hidden className="muted" />
  );

function Deadline({ gate }: { gate: GateDetail }) {
  const now = useNow(10_000);
  const { then, escalation } = consequences(gate);
  if (gate.due_at === null || gate.status !== 'open') return null;
  const gone = escalation && Date.parse(escalation.at) <= now;
  return (
    <>
      <dt>If nobody decides</dt>
      <dd>
        <Time at={gate.due_at} relative />, at <Time at={gate.due_at} />, {then ?? 'it is denied'}.{' '}
        {escalation && (
          <span className="muted">
            {gone ? 'It went' : 'It goes'} to {escalation.to} as well <Time at={escalation.at} relative />: one approval
            of theirs is enough from then on.
          </span>
        )}
      </dd>
    </>
  );
}
