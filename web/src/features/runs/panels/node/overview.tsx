import { Link } from '@tanstack/react-router';
import { CircleAlert, ExternalLink } from 'lucide-react';
import { useMemo } from 'react';
import type { NodeView } from '../../../../../../core/events/view.js';
import type { PlanNode } from '../../../../../../core/spec/plan.js';
import type { Json } from '../../../../../../core/json.js';
import { duration } from '../../../../lib/time.js';
import { JsonView } from '../../../../ui/json-view.js';
import { StatusBadge, statusOf, Time, Took, Who } from '../../../../ui/index.js';
import { Facts, Section } from '../facts.js';
import { useProgress, useRunView } from '../../live/index.js';
import { Attempts } from './attempts.js';
import { Compensation } from './compensation.js';
import { Effects } from './effects.js';
import { Gate } from './gate.js';
import css from './node.module.css';
import { Sentence } from './sentence.js';
import { capital } from './why.js';

/** What there is to know of a node at a glance; `planned` is undefined for a node that the plan does not have any more. */
export function NodeOverview({
  runId,
  node,
  planned,
  onError,
}: {
  runId: string;
  node: NodeView;
  planned: PlanNode | undefined;
  onError: () => void;
}) {
  const { key, type, status, attempt, error, queued_at, started_at, finished_at, run_id, origin, items } = node;
  const progress = useProgress(runId, key);
  const stamp = `${status} ${attempt} ${node.compensation?.status ?? ''}`;
  const didWork = type === 'tool_call' || type === 'agent_call' || type === 'map';
  return (
    <div className={css.panel}>
      <Why node={node} />
      {/* Why it is held says it already. */}
      {error && !node.why?.includes(error.message) && (
        <button type="button" className={css.error} onClick={onError}>
          <CircleAlert size={16} aria-hidden />
          <span>
            <code>{error.code}</code> {error.message}
          </span>
        </button>
      )}
      <Facts
        rows={{
          Status: <StatusBadge status={status} />,
          Type: <code>{type}</code>,
          Purpose: planned?.description,
          Queued: queued_at && <Time at={queued_at} />,
          Began: started_at && <Time at={started_at} />,
          Ended: finished_at && <Time at={finished_at} />,
          [finished_at ? 'Took' : 'For']: (started_at ?? queued_at) && (
            <Took from={started_at ?? queued_at} to={finished_at} />
          ),
          Items: items && `${items.completed} completed, ${items.failed} failed, of ${items.total}`,
          Retries: planned && retryInWords(planned),
          'Child run': run_id !== undefined && <RunLink id={run_id} />,
          'Taken over from': origin !== undefined && <RunLink id={origin} />,
        }}
      />
      {progress !== undefined && (
        <Section title="Progress">
          <JsonView value={progress} label={`Progress of ${key}`} />
        </Section>
      )}
      {type === 'human_gate' && status !== 'pending' && <Gate runId={runId} node={node} />}
      <Attempts runId={runId} nodeKey={key} max={planned?.retry.max_attempts} />
      {didWork && <Effects runId={runId} nodeKey={key} stamp={stamp} />}
      {node.compensation && <Compensation of={node.compensation} nodeKey={key} />}
      <Amendments runId={runId} nodeKey={key} />
      {planned && (
        <Section title="As planned">
          <JsonView value={planned.config as Json} label={`Config of ${key}`} />
        </Section>
      )}
    </div>
  );
}

function Why({ node: { status, why } }: { node: NodeView }) {
  if (!why) return null;
  return (
    <p className={css.why} data-tone={statusOf(status).tone} aria-live="polite">
      <Sentence text={capital(why)} />
    </p>
  );
}

export const RunLink = ({ id }: { id: string }) => (
  <Link to="/runs/$runId" params={{ runId: id }} className={css.link}>
    <code>{id.slice(0, 16)}…</code> <ExternalLink size={13} aria-hidden />
  </Link>
);

/** `3 attempts, 1 s apart at first, then 2 times as long, 60 s at most`; undefined: it is tried once. */
export function retryInWords({ retry, on_error }: Pick<PlanNode, 'retry' | 'on_error'>): string | undefined {
  const { max_attempts, initial_interval_ms, backoff, max_interval_ms } = retry;
  const after = { fail_run: '', continue: 'then the run goes on', hold: 'then it is held' }[on_error];
  if (max_attempts === 1) return after === '' ? undefined : `none, ${after}`;
  const grows = backoff > 1 ? `, ${backoff} times as long each time, ${duration(max_interval_ms)} at most` : '';
  const times = max_attempts === 0 ? 'without end' : `${max_attempts} attempts`;
  return `${times}, ${duration(initial_interval_ms)} apart${grows}${after === '' ? '' : `, ${after}`}`;
}

function Amendments({ runId, nodeKey }: { runId: string; nodeKey: string }) {
  const all = useRunView(runId, (view) => view.run.amendments);
  const own = useMemo(() => (all ?? []).filter(({ changes }) => touches(changes, nodeKey)), [all, nodeKey]);
  if (own.length === 0) return null;
  return (
    <Section title="Amended">
      <ul className={css.effects}>
        {own.map(({ amendment, actor, reason, at, version }) => (
          <li key={amendment}>
            <Who of={actor} />, <Time at={at} />
            {version !== undefined && `, by version ${version}`}: {reason}
          </li>
        ))}
      </ul>
    </Section>
  );
}

type Changes = Record<'added' | 'removed' | 'changed', string[]>;
/** The node itself, or an edge from or to it. */
export const touches = ({ added, removed, changed }: Changes, key: string): boolean =>
  [...added, ...removed, ...changed].some((each) => each === key || each.split('->').includes(key));
