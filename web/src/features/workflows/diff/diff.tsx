import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Equal, GitCompare } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Empty, Loading, Page, ProblemPanel, Tabs } from '../../../ui/index.js';
import { versionsQuery, workflowQuery } from '../builder/api.js';
import { diffQuery } from './api.js';
import { Changes } from './changes.js';
import css from './diff.module.css';
import { countOf, type Diff, pairOf } from './merge.js';
import { Versions } from './versions.js';

const MergedGraph = lazy(async () => ({ default: (await import('./merged-graph.js')).MergedGraph }));
const TextDiff = lazy(async () => ({ default: (await import('./text-diff.js')).TextDiff }));

/** What is different between two versions of a workflow: as lists, as one graph, as text. */
export function VersionDiff() {
  const { id } = useParams({ from: '/signed-in/workflows/$id/diff' });
  const search = useSearch({ from: '/signed-in/workflows/$id/diff' });
  const navigate = useNavigate();
  const versions = useQuery(versionsQuery(id));
  const newest = versions.data?.[0]?.version;
  const pair = newest === undefined ? undefined : pairOf(search, newest);
  return (
    <Page
      title={`${id}: versions`}
      fill
      heading={
        <h1 className={css.title}>
          <Link to="/workflows/$id" params={{ id }}>
            {id}
          </Link>
          <span className="muted">versions</span>
        </h1>
      }
    >
      <div className={css.page}>
        {versions.isPending && <Loading label="Loading versions" />}
        {versions.isError && <ProblemPanel error={versions.error} onRetry={() => void versions.refetch()} />}
        {versions.data && pair && (
          <>
            <Versions
              name={id}
              versions={versions.data}
              pair={pair}
              onPick={(picked) => void navigate({ to: '.', search: picked, replace: true })}
            />
            <div className={css.main}>
              {pair.from === pair.to ? <Same only={versions.data.length === 1} /> : <Compared name={id} {...pair} />}
            </div>
          </>
        )}
      </div>
    </Page>
  );
}

const Same = ({ only }: { only: boolean }) => (
  <Empty icon={GitCompare} title={only ? 'There is one version' : 'Pick two versions'}>
    {only
      ? 'Each save that changes something makes another, and none is ever changed.'
      : 'A version does not differ from itself.'}
  </Empty>
);

function Compared({ name, from, to }: { name: string; from: number; to: number }) {
  const [tab, setTab] = useState('changes');
  const diff = useQuery(diffQuery(name, from, to));
  const [a, b] = [useQuery(workflowQuery(name, from)), useQuery(workflowQuery(name, to))];
  const failed = [diff, a, b].find(({ isError }) => isError);
  if (failed) return <ProblemPanel error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!diff.data || !a.data || !b.data) return <Loading label="Comparing" />;
  const later = (content: ReactNode) => <Suspense fallback={<Loading label="Loading" />}>{content}</Suspense>;
  const texts = { from: a.data.text, to: b.data.text };
  return (
    <Tabs
      label="How they are compared"
      value={tab}
      onChange={setTab}
      end={<Counts diff={diff.data} />}
      tabs={[
        { id: 'changes', label: 'Changes', content: diff.data.same ? <Alike /> : <Changes diff={diff.data} /> },
        { id: 'graph', label: 'Graph', content: tab === 'graph' && later(<MergedGraph diff={diff.data} {...texts} />) },
        {
          id: 'text',
          label: 'Text',
          content: tab === 'text' && later(<TextDiff {...texts} labels={[`v${from}`, `v${to}`]} />),
        },
      ]}
    />
  );
}

const Alike = () => (
  <Empty icon={Equal} title="They do the same">
    Only the text differs: order, comments, or defaults that are written out.
  </Empty>
);

function Counts({ diff }: { diff: Diff }) {
  const { added, removed, changed } = countOf(diff);
  return (
    <p className={css.counts}>
      <span data-mark="added">+{added} added</span>
      <span data-mark="removed">−{removed} removed</span>
      <span data-mark="changed">~{changed} changed</span>
    </p>
  );
}
