import type { ReactNode } from 'react';
import { StatusBadge } from '../../../../ui/index.js';
import css from './actions.module.css';
import type { Foreseen } from './wish.js';

/** So many keys are named; of more, the number is. */
const SHOWN = 12;

/** What would happen, before it does. */
export function ForeseenView({ of }: { of: Foreseen }) {
  const { begins = [], effects = [], taken_back = [], settles = [], may_run = [], ends, cost, changes } = of;
  const { stops = [], undoes = [] } = of;
  const nothing = [begins, effects, taken_back, settles, stops, undoes].every(({ length }) => length === 0) && !ends;
  return (
    <div className={css.foreseen}>
      {changes && <Changes changes={changes} />}
      <Part title="Begin at once" count={begins.length}>
        <Keys keys={begins.map(({ node, again }) => (again ? `${node} (again)` : node))} />
      </Part>
      <Part title="Effects that go out" count={effects.length}>
        <ul className={css.effects}>
          {effects.slice(0, SHOWN).map(({ node, key, repeated }) => (
            <li key={key}>
              <code>{node}</code>
              <span className="muted">
                {repeated
                  ? 'under a key that went out before: who honours keys does nothing twice'
                  : 'under a new key: it is another effect'}
              </span>
              <code className={css.key}>{key}</code>
            </li>
          ))}
          {effects.length > SHOWN && <li className="muted">and {effects.length - SHOWN} more</li>}
        </ul>
      </Part>
      <Part title="Taken back" count={taken_back.length}>
        <Keys keys={taken_back} />
      </Part>
      <Part title="Settle at once" count={settles.length}>
        <ul className={css.keys}>
          {settles.slice(0, SHOWN).map(({ node, status }) => (
            <li key={node}>
              <code>{node}</code> <StatusBadge status={status} />
            </li>
          ))}
          {settles.length > SHOWN && <li className="muted">and {settles.length - SHOWN} more</li>}
        </ul>
      </Part>
      <Part title="Told to stop" count={stops.length}>
        <Keys keys={stops} />
      </Part>
      <Part title="Undone" count={undoes.length}>
        <Keys keys={undoes.map(({ node, certain }) => (certain ? node : `${node} (if it completes)`))} />
      </Part>
      <Part title="May run after that" count={may_run.length}>
        <Keys keys={may_run} />
      </Part>
      {ends && (
        <p>
          The run ends: <StatusBadge status={ends} />
        </p>
      )}
      {nothing && <p className="muted">Nothing begins, settles or goes out at once.</p>}
      {cost === null && <p className="muted">What it costs can not be said: nothing has a price yet.</p>}
    </div>
  );
}

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <section>
      <h4 className={css.part}>
        {title} <span className="num">{count}</span>
      </h4>
      {children}
    </section>
  );
}

const Keys = ({ keys }: { keys: readonly string[] }) => (
  <ul className={css.keys}>
    {keys.slice(0, SHOWN).map((key) => (
      <li key={key}>
        <code>{key}</code>
      </li>
    ))}
    {keys.length > SHOWN && <li className="muted">and {keys.length - SHOWN} more</li>}
  </ul>
);

const Changes = ({ changes: { added, removed, changed } }: { changes: NonNullable<Foreseen['changes']> }) => (
  <>
    <Part title="Added to the plan" count={added.length}>
      <Keys keys={added} />
    </Part>
    <Part title="Removed from the plan" count={removed.length}>
      <Keys keys={removed} />
    </Part>
    <Part title="Changed in the plan" count={changed.length}>
      <Keys keys={changed} />
    </Part>
  </>
);
