import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Inbox as InboxIcon, MousePointerClick } from 'lucide-react';
import { useEffect } from 'react';
import { useKeys } from '../../lib/keys.js';
import { useMedia } from '../../lib/media.js';
import { useMay, useMe } from '../session/session.js';
import { Button, Empty, Kbd, Loading, Page, ProblemPanel } from '../../ui/index.js';
import { gateCountsQuery } from './api.js';
import { moved, nextAfter } from './decision.js';
import { Delegations } from './delegations.js';
import { GateList } from './gate-list.js';
import { GateView } from './gate-view.js';
import { type Gate, gatesQuery, type GateRef, refOf, sameGate } from './gates.js';
import css from './inbox.module.css';
import { ListBar } from './list-bar.js';
import { NotifyButton } from './notify-button.js';
import { queryOf, VIEWS, viewOf } from './views.js';

/** What waits for the reader: a list, and beside it (on phones: after it) the gate that is looked at. */
export function Inbox() {
  const search = useSearch({ from: '/signed-in/inbox' });
  const navigate = useNavigate({ from: '/inbox' });
  const wide = useMedia('(min-width: 900px)');
  const { subject } = useMe();
  const may = useMay('gates:decide');
  const list = useInfiniteQuery(gatesQuery(queryOf(search)));
  const counts = useQuery(gateCountsQuery).data;
  const gates = unique(list.data?.pages.flatMap(({ items }) => items) ?? []);
  const { run, node } = search;
  const chosen: GateRef | undefined = run !== undefined && node !== undefined ? { run, node } : undefined;
  const isChosen = (gate: Gate): boolean => sameGate(refOf(gate), chosen);

  const go = (gate: Gate | undefined, replace = false): void => {
    const to = gate ? refOf(gate) : { run: undefined, node: undefined };
    void navigate({ search: (before) => ({ ...before, ...to }), replace, resetScroll: false });
  };
  // Beside the list there is room: it begins with what is most pressing. On a phone the list comes first.
  const first = wide && !chosen ? gates[0] : undefined;
  const firstRef = first && `${first.run_id} ${first.node_key}`;
  useEffect(() => {
    if (first) go(first, true);
    // oxlint-disable-next-line react/exhaustive-deps -- once for each gate that comes first
  }, [firstRef]);
  useKeys({ j: () => go(moved(gates, isChosen, 1)), k: () => go(moved(gates, isChosen, -1)) });

  return (
    <Page
      title="Inbox"
      fill
      actions={
        <>
          <NotifyButton />
          <Delegations />
        </>
      }
    >
      <div className={css.layout} data-chosen={chosen !== undefined || undefined}>
        <section className={css.side} aria-label="Gates">
          <ListBar search={search} counts={counts} />
          <div className={css.gates}>
            {list.isPending && <Loading label="Loading the inbox" />}
            {list.isError && (
              <div className={css.pad}>
                <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />
              </div>
            )}
            {list.isSuccess && gates.length === 0 && !list.hasNextPage && <Nothing search={search} />}
            <GateList gates={gates} chosen={chosen} me={subject} />
            {list.hasNextPage && (
              <div className={css.pad}>
                <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  Show more
                </Button>
              </div>
            )}
          </div>
          <p className={css.keys} aria-hidden>
            <Kbd>j</Kbd> <Kbd>k</Kbd> move
            {may && (
              <>
                {' '}
                · <Kbd>a</Kbd> approve · <Kbd>d</Kbd> deny · <Kbd>c</Kbd> comment · <Kbd>t</Kbd> claim
              </>
            )}
          </p>
        </section>
        <section className={css.detail} aria-label="The gate">
          {chosen ? (
            <GateView
              key={`${chosen.run} ${chosen.node}`}
              of={chosen}
              onDecided={() => go(wide ? nextAfter(gates, isChosen) : undefined)}
            />
          ) : (
            wide && list.isSuccess && gates.length > 0 && <Empty icon={MousePointerClick} title="Choose a gate" />
          )}
        </section>
      </div>
    </Page>
  );
}

/** A gate that moves between two pages while they are read is there once. */
function unique(gates: Gate[]): Gate[] {
  return [...new Map(gates.map((gate) => [`${gate.run_id} ${gate.node_key}`, gate])).values()];
}

function Nothing({ search }: { search: Parameters<typeof viewOf>[0] }) {
  const view = viewOf(search);
  if (search.q)
    return (
      <Empty
        icon={InboxIcon}
        title="Nothing matches"
        action={
          <Link to="/inbox" search={(before) => ({ ...before, q: undefined })}>
            Search for nothing
          </Link>
        }
      >
        No gate of this list has these words in its title.
      </Empty>
    );
  return (
    <Empty icon={InboxIcon} title={VIEWS[view].empty}>
      {view === 'mine' ? 'When a run comes to a gate that you may decide, it is here, within seconds.' : undefined}
    </Empty>
  );
}
