import { Link } from '@tanstack/react-router';
import { duration } from '../../../lib/time.js';
import { StatusBadge, Time } from '../../../ui/index.js';
import css from './compare.module.css';
import { longerBy, type RunDiff } from './rows.js';

type Side = RunDiff['from'];

/** The two runs, beside each other. */
export function Sides({ from, to }: { from: Side; to: Side }) {
  return (
    <div className={css.sides}>
      <One side={from} name="From" />
      <One side={to} name="To" longer={longerBy(from.duration_ms, to.duration_ms)} />
    </div>
  );
}

function One({ side, name, longer = null }: { side: Side; name: string; longer?: number | null }) {
  const { id, workflow, version, alias, status, started_at, duration_ms, redriven, forked_from } = side;
  return (
    <section className={css.side} aria-label={`${name}: ${id}`}>
      <header className={css.sideHead}>
        <span className="muted">{name}</span>
        <StatusBadge status={status} />
      </header>
      <Link to="/runs/$runId" params={{ runId: id }} className={css.id}>
        <code>{id}</code>
      </Link>
      <p className="muted">
        {workflow} v{version}
        {alias !== undefined && ` by ${alias}`}
        {redriven !== undefined && redriven > 0 && `, redriven ${redriven === 1 ? 'once' : `${redriven} times`}`}
        {forked_from && `, forked from ${forked_from.node_key}`}
      </p>
      <p>
        {started_at && <Time at={started_at} />}
        {duration_ms !== null && <span className="num">, took {duration(duration_ms)}</span>}
        <Longer by={longer} />
      </p>
    </section>
  );
}

/** `1.2 s longer`; of less than a twentieth of a second, nothing. */
export function Longer({ by }: { by: number | null }) {
  if (by === null || Math.abs(by) < 50) return null;
  return (
    <span className={css.longer} data-longer={by > 0 || undefined}>
      {' '}
      {duration(Math.abs(by))} {by > 0 ? 'longer' : 'shorter'}
    </span>
  );
}
