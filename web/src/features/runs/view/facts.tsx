import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { CopyButton } from '../../../ui/copy.js';
import { Time, Took, Who } from '../../../ui/index.js';
import type { LinkState, RunHead } from '../live/index.js';
import { LinkMark } from './link-mark.js';
import css from './run.module.css';

/** One line of facts below the title: which run it is, who wanted it, and when. */
export function Facts({ run, link }: { run: RunHead; link: LinkState }) {
  const { id, starter, alias, parent, forked_from, redriven, created_at, started_at, finished_at } = run;
  return (
    <div className={css.facts}>
      <dl className={css.list}>
        <Fact name="Run">
          <code title={id}>{shortId(id)}</code>
          <CopyButton text={() => id} label="Copy the run’s id" className={css.copy} />
        </Fact>
        <Fact name={started_at ? 'Started' : 'Accepted'}>
          <Time at={started_at ?? created_at} relative />
        </Fact>
        <Fact name={finished_at ? 'Took' : 'For'}>
          <Took from={started_at} to={finished_at} />
        </Fact>
        <Fact name="By">
          <Who of={starter} className={css.cut} />
        </Fact>
        {alias !== undefined && <Fact name="Alias">{alias}</Fact>}
        {parent && (
          <Fact name="Part of">
            <RunLink id={parent.run_id} node={parent.node_key} />
          </Fact>
        )}
        {forked_from && (
          <Fact name="Forked from">
            <RunLink id={forked_from.run_id} node={forked_from.node_key} />
          </Fact>
        )}
        {redriven !== undefined && redriven > 0 && (
          <Fact name="Redriven">{redriven === 1 ? 'once' : `${redriven} times`}</Fact>
        )}
      </dl>
      <LinkMark link={link} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const RunLink = ({ id, node }: { id: string; node: string }) => (
  <Link to="/runs/$runId" params={{ runId: id }} search={{ node }} title={`${id}, node ${node}`}>
    <code>{shortId(id)}</code> · {node}
  </Link>
);

/** `run_…1a2b3c4d`, and all of what was named by hand. */
const shortId = (id: string): string => (id.length > 20 ? `${id.slice(0, 4)}…${id.slice(-8)}` : id);
