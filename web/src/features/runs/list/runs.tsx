import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowUp, ListFilter, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useZone, withTimes } from '../../../lib/time.js';
import { useMe } from '../../session/session.js';
import { Button, Empty, Kbd, Loading, Page, ProblemPanel, toast } from '../../../ui/index.js';
import type { VirtualListHandle } from '../../../ui/virtual-list.js';
import { countsQuery, readAll, whyQuery } from './api.js';
import type { BulkAct } from './bulk.js';
import { BulkBar, useActs } from './bulk-bar.js';
import { BulkDialog } from './bulk-dialog.js';
import { FilterBar } from './filter-bar.js';
import { isFiltered, keyOf, normal, type RunsSearch } from './filters.js';
import { freshInWords, type Row } from './rows.js';
import { RunTable } from './run-table.js';
import css from './runs.module.css';
import { useSaved } from './saved.js';
import { SavedFilters, SaveFilter } from './saved-filters.js';
import { currentOf, NONE, type Selection, tickOf } from './selection.js';
import { StatusChips } from './status-chips.js';
import { useRunList } from './use-run-list.js';

/** All that match are selected up to so many: what is done to them is done one by one. */
const MOST_MATCHING = 500;

export function Runs() {
  const search = normal(useSearch({ from: '/signed-in/runs' }));
  const navigate = useNavigate({ from: '/runs' });
  const counts = useQuery(countsQuery(search)).data;
  const { org } = useMe();
  const filters = { search, ...useSaved(org.id) };
  const put = (next: RunsSearch): void => void navigate({ search: next, replace: true, resetScroll: false });
  return (
    <Page title="Runs" fill actions={<SaveFilter {...filters} />}>
      <div className={css.runs}>
        <div className={css.filters}>
          <SavedFilters {...filters} />
          <StatusChips search={search} counts={counts} />
          <FilterBar search={search} onChange={put} />
        </div>
        {/* Another search is another list: what was ticked in the one is not in the other. */}
        <List key={keyOf(search)} search={search} />
      </div>
    </Page>
  );
}

function List({ search }: { search: RunsSearch }) {
  const { list, rows, fresh, wasEmpty, showFresh, seen } = useRunList(search);
  const [selection, select] = useState<Selection>(NONE);
  const [act, setAct] = useState<BulkAct>();
  const [active, setActive] = useState<Row>();
  const acts = useActs();
  const table = useRef<VirtualListHandle>(null);
  const all = useAllMatching(search, select);
  useEffect(() => {
    if (wasEmpty) showFresh();
    // oxlint-disable-next-line react/exhaustive-deps -- showFresh is another one each time
  }, [wasEmpty]);
  if (list.isPending) return <Loading label="Loading the runs" lines={12} />;
  if (list.isError)
    return (
      <div className={css.pad}>
        <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />
      </div>
    );
  if (rows.length === 0 && !list.hasNextPage) return <Nothing search={search} />;
  const offersAll = selection.size < MOST_MATCHING && list.hasNextPage && tickOf(selection, rows) === 'all';
  const show = (): void => {
    showFresh();
    table.current?.scrollTo(0);
  };
  return (
    <div className={css.list}>
      <div className={css.fresh} role="status">
        {fresh.count > 0 && (
          <Button look="primary" icon={<ArrowUp />} onClick={show}>
            {freshInWords(fresh.count, fresh.more)}
          </Button>
        )}
      </div>
      <RunTable
        {...{ rows, selection, select, list: table }}
        more={list.hasNextPage}
        canTick={acts.length > 0}
        onSeen={seen}
        onActive={setActive}
      />
      {selection.size > 0 ? (
        <BulkBar
          count={selection.size}
          acts={acts}
          onAct={setAct}
          onClear={() => select(NONE)}
          onAllMatching={offersAll ? all.read : undefined}
          most={MOST_MATCHING}
          othersMatch={all.more && selection.size === MOST_MATCHING}
          busy={all.busy}
        />
      ) : (
        <Foot active={active} reading={list.isFetchingNextPage} />
      )}
      {act && <BulkDialog act={act} runs={currentOf(selection, rows)} onClose={() => setAct(undefined)} />}
    </div>
  );
}

/** Reads all that match, and ticks them. */
function useAllMatching(search: RunsSearch, select: (selection: Selection) => void) {
  const [busy, setBusy] = useState(false);
  const [more, setMore] = useState(false);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const read = async (): Promise<void> => {
    setBusy(true);
    const { signal } = (abort.current = new AbortController());
    try {
      const { runs, more: others } = await readAll(search, MOST_MATCHING, signal);
      if (signal.aborted) return;
      select(new Map(runs.map((run) => [run.id, run])));
      setMore(others);
    } catch (err) {
      toast((err as Error).message, 'bad');
    } finally {
      setBusy(false);
    }
  };
  return { busy, more, read: () => void read() };
}

/** Why the run that is marked stands where it stands; before one is marked: the keys. */
function Foot({ active, reading }: { active: Row | undefined; reading: boolean }) {
  const zone = useZone();
  const why = useQuery({ ...whyQuery(active?.id ?? ''), enabled: active !== undefined });
  return (
    <p className={css.foot} aria-live="polite">
      {active && (why.data === undefined ? 'Looking why …' : withTimes(why.data, zone))}
      {!active && (
        <span className={css.keys} aria-hidden>
          <Kbd>j</Kbd> <Kbd>k</Kbd> move · <Kbd>Enter</Kbd> open · <Kbd>x</Kbd> select
        </span>
      )}
      {reading && <span className={css.reading}>Reading more …</span>}
    </p>
  );
}

function Nothing({ search }: { search: RunsSearch }) {
  if (isFiltered(search))
    return (
      <Empty
        icon={ListFilter}
        title="No run matches"
        action={
          <Link to="/runs" search={{}}>
            Show all runs
          </Link>
        }
      >
        New ones that match appear here by themselves.
      </Empty>
    );
  return (
    <Empty icon={Play} title="No run yet" action={<Link to="/workflows">All workflows</Link>}>
      Start one from its workflow, or with <code>heddle run</code>. It appears here within seconds.
    </Empty>
  );
}
