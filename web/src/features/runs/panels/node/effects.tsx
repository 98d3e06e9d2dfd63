import { useQuery } from '@tanstack/react-query';
import { CopyButton } from '../../../../ui/copy.js';
import { StatusBadge, Time } from '../../../../ui/index.js';
import { Code, Section } from '../facts.js';
import { effectsQuery } from '../queries.js';
import css from './node.module.css';

/** In whose tone a state of an effect is shown. */
const LOOKS: Record<string, string> = {
  ...{ reserved: 'pending', sent: 'running', confirmed: 'completed', refused: 'failed' },
  ...{ unknown: 'held', undone: 'cancelled' },
};

/** What the node has changed outside, under which keys. */
export function Effects({ runId, nodeKey, stamp }: { runId: string; nodeKey: string; stamp: string }) {
  const { data = [] } = useQuery(effectsQuery(runId, stamp));
  const own = data.filter(({ node_key: of }) => of === nodeKey || of === `${nodeKey}~undo`);
  if (own.length === 0) return null;
  return (
    <Section title={own.length === 1 ? 'Effect' : 'Effects'}>
      <ul className={css.effects}>
        {own.map(({ key, state, attempts, at, error, by, undone_by, node_key }) => (
          <li key={key}>
            <div className={css.effectHead}>
              <StatusBadge status={LOOKS[state] ?? 'pending'} label={state} />
              <span className="muted">
                {node_key.endsWith('~undo') && 'undoes the node, '}
                {attempts === 1 ? 'one attempt' : `${attempts} attempts`}, <Time at={at} />
              </span>
            </div>
            <div className={css.key}>
              <code>{key}</code>
              <CopyButton text={() => key} label="Copy the idempotency key" />
            </div>
            {(error !== null || by !== null || undone_by !== null) && (
              <p className="muted">
                {error !== null && <Code code={error} />}
                {by !== null && ` said by ${by}`}
                {undone_by !== null && ` undone by ${undone_by}`}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
