import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Search, Workflow } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, Empty, Input, Loading, Page, ProblemPanel } from '../../../ui/index.js';
import { useMay } from '../../session/session.js';
import { newestRunsQuery, workflowsQuery } from './api.js';
import { runsByWorkflow } from './rows.js';
import { Sample } from './sample.js';
import { Table } from './table.js';
import css from './workflows.module.css';

/** All workflows of the org, each by its newest version. */
export function Workflows() {
  const { q = '' } = useSearch({ from: '/signed-in/workflows' });
  const list = useInfiniteQuery(workflowsQuery(q));
  const runs = useQuery(newestRunsQuery);
  const may = useMay('workflows:write');
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  // Of the words before, as long as the new ones are asked for: whether there is nothing is not known then.
  const none = list.isSuccess && !list.isPlaceholderData && rows.length === 0;
  const empty = none && q.trim() === '';
  return (
    <Page
      title="Workflows"
      actions={
        <>
          {!empty && <SearchBox q={q} />}
          {may && (
            <Link to="/workflows/_new" className={css.new}>
              <Plus size={15} aria-hidden />
              New workflow
            </Link>
          )}
        </>
      }
    >
      {list.isPending && <Loading label="Loading workflows" lines={8} />}
      {list.isError && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
      {empty && <First may={may} />}
      {none && !empty && (
        <Empty icon={Search} title={`No workflow has “${q}” in its name or description`}>
          Try fewer or other words.
        </Empty>
      )}
      {rows.length > 0 && <Table rows={rows} runs={runsByWorkflow(runs.data?.items ?? [])} known={runs.isSuccess} />}
      {list.hasNextPage && !list.isPlaceholderData && (
        <div className={css.more}>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </Page>
  );
}

/** What is searched for stands in the address, which follows what is typed, and is followed when it changes otherwise. */
function SearchBox({ q }: { q: string }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(q);
  // On their way into the address, where they come while more is being typed.
  const sent = useRef<string[]>([]);
  useEffect(() => {
    const at = sent.current.indexOf(q);
    sent.current = at === -1 ? [] : sent.current.slice(at + 1);
    if (at === -1) setTyped(q);
  }, [q]);
  const search = (value: string): void => {
    setTyped(value);
    sent.current.push(value);
    void navigate({ to: '/workflows', search: value === '' ? {} : { q: value }, replace: true });
  };
  return (
    <div className={css.search}>
      <Search size={14} aria-hidden />
      <Input
        type="search"
        aria-label="Search workflows"
        placeholder="Search"
        value={typed}
        onChange={({ target: { value } }) => search(value)}
        onBlur={() => (sent.current = [])}
      />
    </div>
  );
}

/** Nothing there yet: what a workflow is, and one to begin with. */
function First({ may }: { may: boolean }) {
  return (
    <>
      <Empty icon={Workflow} title="No workflows yet">
        A workflow is a graph of tools, agents and people, written as YAML or drawn on a canvas. Each change of it is a
        new version, and each run is of one version.
      </Empty>
      {may && <Sample />}
    </>
  );
}
