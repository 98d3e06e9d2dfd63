import { useQuery } from '@tanstack/react-query';
import { ExternalLink, RefreshCw, Search } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from 'react';
import { api, ok } from '../../../../lib/api/client.js';
import { clockTime, useZone } from '../../../../lib/time.js';
import { CopyButton } from '../../../../ui/copy.js';
import { Button, Input, Loading, ProblemPanel, Select } from '../../../../ui/index.js';
import { JsonView } from '../../../../ui/json-view.js';
import { VirtualList, type VirtualListHandle } from '../../../../ui/virtual-list.js';
import { useRunView } from '../../live/index.js';
import { useOpenNode } from '../open-node.js';
import { temporalUrl, temporalWebQuery } from './about.js';
import { eventsOf, type Execution, filteredEvents, type HistoryEvent, readable } from './events.js';
import css from './history.module.css';

/** What Temporal has on record of a run, event by event. It is read when it is looked at, and again when somebody asks. */
export function HistoryPanel({ runId }: { runId: string }) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['run', runId, 'history'],
    ...{ staleTime: Infinity, gcTime: 60_000 },
    queryFn: async () => {
      const call = api.GET('/api/v1/workflow_runs/{id}/history', { params: { path: { id: runId } } });
      return (await ok(call)).executions as Execution[];
    },
  });
  const cursor = useRunView(runId, (view) => view.cursor);
  const [readAt, setReadAt] = useState(cursor);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label="Loading the history" />;
  const again = () => {
    setReadAt(cursor);
    void refetch();
  };
  return (
    <History
      {...{ runId, executions: data }}
      refresh={
        <Button
          look={cursor === readAt ? 'quiet' : 'plain'}
          icon={<RefreshCw />}
          busy={isFetching}
          onClick={again}
          title="Read the history again"
        >
          {cursor === readAt ? 'Read again' : 'There is more: read again'}
        </Button>
      }
    />
  );
}

function History({ runId, executions, refresh }: { runId: string; executions: Execution[]; refresh: React.ReactNode }) {
  const [typed, setTyped] = useState('');
  const [node, setNode] = useState('');
  const [picked, setPicked] = useState<HistoryEvent>();
  const text = useDeferredValue(typed);
  const events = useMemo(() => eventsOf(executions), [executions]);
  const nodes = useMemo(() => [...new Set(events.flatMap((event) => event.node ?? []))].sort(), [events]);
  const shown = useMemo(
    () => filteredEvents(events, { text, node: node === '' ? undefined : node }),
    [events, text, node],
  );
  const many = executions.length > 1;
  return (
    <section className={css.history} aria-label="History">
      <div className={css.bar}>
        <div className={css.search}>
          <Search size={14} aria-hidden />
          <Input
            type="search"
            aria-label="Search the history"
            placeholder="Number, type, activity"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Select aria-label="Node" value={node} onChange={(event) => setNode(event.target.value)}>
          <option value="">All nodes</option>
          {nodes.map((key) => (
            <option key={key}>{key}</option>
          ))}
        </Select>
        <span className="muted num" role="status">
          {shown.length === events.length ? `${events.length} events` : `${shown.length} of ${events.length}`}
          {many && `, ${executions.length} executions`}
        </span>
        <span className={css.end}>
          {refresh}
          <CopyButton text={() => JSON.stringify({ executions }, null, 2)} label="Copy the history as JSON" />
          <TemporalLink runId={runId} />
        </span>
      </div>
      <div className={css.body} data-picked={picked !== undefined || undefined}>
        <Events {...{ shown, many, picked }} onPick={setPicked} />
        {picked && <Event event={picked} />}
      </div>
    </section>
  );
}

function TemporalLink({ runId }: { runId: string }) {
  const { data } = useQuery(temporalWebQuery);
  const url = data ? temporalUrl(data, runId) : undefined;
  if (url === undefined) return null;
  return (
    <a className={css.link} href={url} target="_blank" rel="noreferrer">
      Temporal Web <ExternalLink size={13} aria-hidden />
    </a>
  );
}

const keyOf = ({ execution, id }: HistoryEvent): string => `${execution}.${id}`;

function Events({
  shown,
  many,
  picked,
  onPick,
}: {
  shown: readonly HistoryEvent[];
  many: boolean;
  picked: HistoryEvent | undefined;
  onPick: (event: HistoryEvent) => void;
}) {
  const zone = useZone();
  const list = useRef<VirtualListHandle>(null);
  const at = picked ? shown.findIndex((event) => keyOf(event) === keyOf(picked)) : -1;
  const onKeyDown = (event: KeyboardEvent) => {
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: shown.length - 1,
      PageDown: at + 15,
      PageUp: at - 15,
    }[event.key];
    if (to === undefined || shown.length === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(shown.length - 1, to));
    onPick(shown[next]!);
    list.current?.scrollTo(next);
  };
  if (shown.length === 0) return <p className={css.none}>No event fits the filter.</p>;
  return (
    <VirtualList
      {...{ role: 'listbox', tabIndex: 0, 'aria-label': 'Events', onKeyDown, handle: list, className: css.list ?? '' }}
      {...(at < 0 ? {} : { 'aria-activedescendant': `event-${keyOf(shown[at]!)}` })}
      {...{ count: shown.length, rowHeight: 30 }}
      keyOf={(index) => keyOf(shown[index]!)}
      row={(index) => {
        const event = shown[index]!;
        const { execution, id, type, at: time, node, about } = event;
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list has the focus and the keys
          <div
            id={`event-${keyOf(event)}`}
            role="option"
            aria-selected={index === at}
            className={css.event}
            data-quiet={type.startsWith('WorkflowTask') || undefined}
            onClick={() => onPick(event)}
          >
            <span className={css.id}>{many ? `${execution + 1}·${id}` : id}</span>
            <time className={css.time} dateTime={time} title={time}>
              {clockTime(time, zone)}
            </time>
            <span className={css.type}>{type}</span>
            <span className={css.node}>{node}</span>
            <span className={css.about}>{about}</span>
          </div>
        );
      }}
    />
  );
}

function Event({ event }: { event: HistoryEvent }) {
  const open = useOpenNode();
  const { id, type, node, json } = event;
  const shown = useMemo(() => readable(json), [json]);
  return (
    <section className={css.picked} aria-label={`Event ${id}`}>
      <header className={css.head}>
        <h2>
          <span className="num">{id}</span> {type}
        </h2>
        {node !== null && (
          <Button look="quiet" onClick={() => open(node)}>
            Open {node}
          </Button>
        )}
      </header>
      <div className={css.json}>
        <JsonView key={keyOf(event)} value={shown} label={`Event ${id}`} fill />
      </div>
    </section>
  );
}
