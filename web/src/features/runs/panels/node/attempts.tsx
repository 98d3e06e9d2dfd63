import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { duration } from '../../../../lib/time.js';
import { StatusMark, Time, Took } from '../../../../ui/index.js';
import { Code, Section } from '../facts.js';
import { type Attempt, useAttempts } from '../../live/index.js';
import { nodeLogQuery } from '../queries.js';
import { pauseBefore, withLog } from './attempt-rows.js';
import css from './node.module.css';

/** A node's attempts; those that nobody watched are read out of its log. */
export function useAllAttempts(runId: string, nodeKey: string): readonly Attempt[] {
  const { attempts } = useAttempts(runId, nodeKey);
  const unseen = attempts.some(
    ({ began, ended, status }) => began === null || (ended === null && status !== 'running'),
  );
  const { data } = useQuery({ ...nodeLogQuery(runId, nodeKey, attempts.length), enabled: unseen });
  return useMemo(() => (data ? withLog(attempts, data) : attempts), [attempts, data]);
}

export function Attempts({ runId, nodeKey, max }: { runId: string; nodeKey: string; max?: number | undefined }) {
  const attempts = useAllAttempts(runId, nodeKey);
  if (attempts.length === 0) return null;
  return (
    <Section title={max !== undefined && max > 1 ? `Attempts, ${max} at most` : 'Attempts'}>
      <AttemptList attempts={attempts} />
    </Section>
  );
}

export function AttemptList({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <ol className={css.attempts}>
      {attempts.map(({ n, began, ended, status, error }, index) => {
        const pause = pauseBefore(attempts, index);
        return (
          <li key={n}>
            {pause !== null && <p className={css.pause}>waited {duration(pause)}</p>}
            <div className={css.attempt}>
              <StatusMark status={status} />
              <span className="num">#{n}</span>
              {began === null ? <span className="muted">not watched</span> : <Time at={began} />}
              <span className={css.took}>
                {ended === null && status !== 'running' ? null : <Took from={began} to={ended} />}
              </span>
            </div>
            {error && (
              <p className={css.attemptError}>
                <Code code={error.code} /> {error.message}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}
