import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useCallback } from 'react';
import { Problem } from '../../../lib/api/problem.js';
import { Empty, Loading, Page, ProblemPanel, StatusBadge } from '../../../ui/index.js';
import { reconnect, useLiveRun, useRunView } from '../live/index.js';
import { RunActions } from '../panels/index.js';
import { Body } from './body.js';
import { Facts } from './facts.js';
import css from './run.module.css';

/** `/runs/:id`. `?node=` opens a node's panel, `?tab=` says how the run is looked at. */
export function Run() {
  const { runId } = useParams({ from: '/signed-in/runs/$runId' });
  const { state, error, link } = useLiveRun(runId);
  if (state === 'loading')
    return (
      <Page title="Run" heading={<h1 className="mono">{runId}</h1>}>
        <Loading label="Reading the run" />
      </Page>
    );
  if (state === 'problem') return <NotShown runId={runId} error={error} />;
  return <Shown key={runId} runId={runId} link={link} />;
}

function Shown({ runId, link }: { runId: string; link: ReturnType<typeof useLiveRun>['link'] }) {
  const run = useRunView(runId, (view) => view.run)!;
  const { node, tab } = useSearch({ from: '/signed-in/runs/$runId' });
  const navigate = useNavigate({ from: '/runs/$runId' });
  const select = useCallback(
    (key: string | undefined) => void navigate({ search: (before) => ({ ...before, node: key }), replace: true }),
    [navigate],
  );
  const show = (next: string): void => void navigate({ search: (before) => ({ ...before, tab: next }), replace: true });
  return (
    <Page
      fill
      title={`${run.workflow} ${runId.slice(-6)}`}
      heading={
        <h1 className={css.title}>
          <Link
            to="/workflows/$id"
            params={{ id: run.workflow }}
            search={{ version: run.version }}
            className={css.workflow}
          >
            {run.workflow}
          </Link>
          <span className={css.version}>v{run.version}</span>
          <span aria-live="polite">
            <StatusBadge status={run.status} />
          </span>
        </h1>
      }
      actions={<RunActions runId={runId} />}
    >
      <div className={css.page}>
        <Facts run={run} link={link} />
        <Body runId={runId} node={node} tab={tab} onSelect={select} onTab={show} />
      </div>
    </Page>
  );
}

function NotShown({ runId, error }: { runId: string; error: unknown }) {
  const missing = error instanceof Problem && error.status === 404;
  return (
    <Page title="Run" heading={<h1 className="mono">{runId}</h1>}>
      {missing ? (
        <Empty icon={SearchX} title="There is no such run" action={<Link to="/runs">All runs</Link>}>
          {error.code === 'NOT_FOUND'
            ? error.message
            : 'It may be of another organisation, or was removed by retention.'}
        </Empty>
      ) : (
        <ProblemPanel error={error} onRetry={() => reconnect(runId)} />
      )}
    </Page>
  );
}
