import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import type { Decision } from '../../../../../../core/contract/work.js';
import type { NodeView } from '../../../../../../core/events/view.js';
import { ProblemPanel, Time, Who } from '../../../../ui/index.js';
import { Facts, Section } from '../facts.js';
import { gateQuery } from '../queries.js';
import css from './node.module.css';

interface Seat {
  count: number;
  group?: string | undefined;
  role?: string | undefined;
  people?: string[] | undefined;
}

/** `2 of group legal`, `1 with role approver`, `1 of ann, bob`. */
export function seatInWords({ count, group, role, people }: Seat): string {
  if (people) return `${count} of ${people.join(', ')}`;
  if (group !== undefined) return `${count} of group ${group}`;
  return role === undefined ? `${count}` : `${count} with role ${role}`;
}

/** Whom a gate asks, who has decided, and the way to decide it. */
export function Gate({ runId, node }: { runId: string; node: NodeView }) {
  const { data: gate, error } = useQuery(gateQuery(runId, node.key, `${node.status} ${node.why}`));
  if (error) return <ProblemPanel error={error} />;
  if (!gate) return null;
  const votes = (gate.votes ?? []) as unknown as Decision[];
  const decided = gate.decision as unknown as Decision | null;
  return (
    <Section
      title="Gate"
      end={
        <Link to="/inbox" search={{ run: runId, node: node.key }} className={css.link}>
          <Inbox size={14} aria-hidden /> {gate.status === 'open' ? 'Decide in the inbox' : 'Show in the inbox'}
        </Link>
      }
    >
      <Facts
        rows={{
          Asks: gate.title,
          'Who decides': gate.quorum.map(seatInWords).join(' and '),
          'Still missing': gate.missing.length > 0 && gate.missing.map(seatInWords).join(' and '),
          'May not': gate.exclude.length > 0 && gate.exclude.join(', '),
          You: gate.status === 'open' && (gate.you.assigned ? 'are asked' : 'are not asked'),
          'Worked on by': gate.claim?.holder,
          Opened: <Time at={gate.opened_at} />,
          Due: gate.due_at && <Due at={gate.due_at} then={gate.deadline?.then} />,
          Votes: votes.length > 0 && (
            <ul>
              {votes.map((vote) => (
                <li key={`${vote.actor} ${vote.at}`}>
                  <Vote vote={vote} />
                </li>
              ))}
            </ul>
          ),
          Decided: decided && <Vote vote={decided} />,
        }}
      />
    </Section>
  );
}

const Due = ({ at, then }: { at: string; then: string | undefined }) => (
  <>
    <Time at={at} /> (<Time at={at} relative />){then !== undefined && `, then: ${then}`}
  </>
);

const Vote = ({ vote: { decision, actor, on_behalf_of, comment, at } }: { vote: Decision }) => (
  <>
    {decision === 'approve' ? 'approved' : 'denied'} by <Who of={actor} />
    {on_behalf_of !== undefined && (
      <>
        {' '}
        in place of <Who of={on_behalf_of} />
      </>
    )}
    , <Time at={at} />
    {comment !== undefined && <q className={css.quote}>{comment}</q>}
  </>
);
