import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeftRight, Equal, GitCompareArrows, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { api, ok } from '../../../lib/api/client.js';
import { Button, Empty, Loading, Page, ProblemPanel } from '../../../ui/index.js';
import { PickRun } from '../panels/actions/pick-run.js';
import css from './compare.module.css';
import { Nodes } from './nodes.js';
import { Plans } from './plans.js';
import type { RunDiff } from './rows.js';
import { Changes } from './changes.js';
import { Sides } from './sides.js';

/** What is different between two runs: input, plan, and of each node status, values and time. */
export function Compare() {
  const { runId, otherId } = useParams({ from: '/signed-in/runs/$runId/compare/$otherId' });
  const [picks, setPicks] = useState(false);
  const navigate = useNavigate();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['runs', 'diff', runId, otherId],
    queryFn: () =>
      ok(api.GET('/api/v1/workflow_runs/{id}/diff/{other}', { params: { path: { id: runId, other: otherId } } })),
  });
  const go = (from: string, to: string) =>
    void navigate({ to: '/runs/$runId/compare/$otherId', params: { runId: from, otherId: to } });
  return (
    <Page
      title="Compare runs"
      heading={
        <h1>
          Compare runs <span className={css.of}>{data?.from.workflow}</span>
        </h1>
      }
      actions={
        <>
          <Button icon={<RefreshCw />} busy={isFetching} onClick={() => void refetch()}>
            Again
          </Button>
          <Button icon={<ArrowLeftRight />} onClick={() => go(otherId, runId)}>
            Swap
          </Button>
          <Button icon={<GitCompareArrows />} disabled={!data} onClick={() => setPicks(true)}>
            Another run
          </Button>
        </>
      }
    >
      {error ? (
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Shown diff={data} />
      ) : (
        <Loading label="Comparing the runs" />
      )}
      {picks && data && (
        <PickRun
          {...{ workflow: data.from.workflow, not: runId }}
          onClose={() => setPicks(false)}
          onPick={(picked) => {
            setPicks(false);
            go(runId, picked);
          }}
        />
      )}
    </Page>
  );
}

function Shown({ diff }: { diff: RunDiff }) {
  const { from, to, same, run } = diff;
  return (
    <div className={css.compare}>
      <Sides from={from} to={to} />
      {same ? (
        <Empty
          icon={Equal}
          title="Nothing is different but times"
          action={
            <Link to="/runs/$runId" params={{ runId: to.id }}>
              Open the other run
            </Link>
          }
        >
          Both have the same input and plan, and each node came to the same result.
        </Empty>
      ) : (
        (run.changes.length > 0 || run.more > 0) && (
          <section className={css.section}>
            <h2>The run as a whole</h2>
            <Changes {...run} />
          </section>
        )
      )}
      <Plans from={from} to={to} />
      <Nodes diff={diff} />
    </div>
  );
}
