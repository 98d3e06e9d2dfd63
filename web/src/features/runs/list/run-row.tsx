import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { CornerDownRight, GitFork, RotateCw } from 'lucide-react';
import { type MouseEvent, useEffect, useRef } from 'react';
import { StatusBadge, Time, Took, Who } from '../../../ui/index.js';
import css from './run-table.module.css';
import type { Row } from './rows.js';

export interface RunRowProps {
  row: Row;
  index: number;
  active: boolean;
  /** Tab comes to this one of the rows. */
  isStop: boolean;
  /** Whether keys have moved to it: it takes the focus once it is drawn. Says so once. */
  takesFocus: (id: string) => boolean;
  ticked: boolean;
  canTick: boolean;
  onTick: (range: boolean) => void;
  onOpen: (event: MouseEvent) => void;
}

/** One run. The id is a link for those who open tabs; a click anywhere else opens the run, too. */
export function RunRow({ row, index, active, isStop, takesFocus, ticked, canTick, onTick, onOpen }: RunRowProps) {
  const self = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active && takesFocus(row.id)) self.current?.focus({ preventScroll: true });
  }, [active, row.id, takesFocus]);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid has the keys: Enter opens the row that is marked
    <div
      role="row"
      ref={self}
      aria-rowindex={index + 2}
      aria-selected={ticked}
      tabIndex={isStop ? 0 : -1}
      className={clsx(css.row, active && css.active, row.gone && css.gone)}
      onClick={(event) => (event.target as Element).closest('a, input, label') || onOpen(event)}
    >
      <span role="gridcell" className={css.tick}>
        {canTick && (
          <label className={css.box}>
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Select ${row.id}`}
              checked={ticked}
              onChange={(event) => onTick((event.nativeEvent as unknown as MouseEvent).shiftKey)}
            />
          </label>
        )}
      </span>
      <span role="gridcell" className={css.status}>
        <StatusBadge status={row.status} />
      </span>
      <span role="gridcell" className={css.workflow}>
        <span className={css.name}>{row.workflow}</span>
        <span className={css.version}>
          @{row.alias ?? row.version}
          {row.alias !== undefined && ` (${row.version})`}
        </span>
        <Marks row={row} />
        {row.gone && <span className={css.left}>has left this list</span>}
        <Fields fields={row.fields} />
      </span>
      <span role="gridcell" className={css.id}>
        <Link to="/runs/$runId" params={{ runId: row.id }} className="mono" title={row.id} tabIndex={-1}>
          {shortId(row.id)}
        </Link>
      </span>
      <span role="gridcell" className={css.starter}>
        <Who of={row.starter} />
      </span>
      <span role="gridcell" className={css.started}>
        <Time at={row.started_at ?? row.created_at} />
      </span>
      <span role="gridcell" className={css.took}>
        <Took from={row.started_at} to={row.finished_at} />
      </span>
    </div>
  );
}

/** Ids begin with the time, so it is their end that tells two of them apart. */
export const shortId = (id: string): string => {
  const [run = '', ...part] = id.split('.');
  const short = run.length > 16 ? `${run.slice(0, 4)}…${run.slice(-6)}` : run;
  return [short, ...part].join('.');
};

/** What its workflow finds it by. */
function Fields({ fields }: { fields: Row['fields'] }) {
  if (!fields) return null;
  const told = Object.entries(fields)
    .map(([name, value]) => `${name}:${value}`)
    .join('  ');
  return (
    <span className={css.fields} title={told}>
      {told}
    </span>
  );
}

function Marks({ row: { parent, forked_from, redriven } }: { row: Row }) {
  return (
    <span className={css.marks}>
      {parent && (
        <span title={`A part of ${parent.run_id}, node ${parent.node_key}`}>
          <CornerDownRight size={13} aria-hidden />
          <span className="sr-only">a part of another run</span>
        </span>
      )}
      {forked_from && (
        <span title={`Forked from ${forked_from.run_id}, node ${forked_from.node_key}`}>
          <GitFork size={13} aria-hidden />
          <span className="sr-only">a fork</span>
        </span>
      )}
      {redriven !== undefined && (
        <span title={`Redriven ${redriven === 1 ? 'once' : `${redriven} times`}`}>
          <RotateCw size={13} aria-hidden />
          <span className="num">{redriven}</span>
        </span>
      )}
    </span>
  );
}
