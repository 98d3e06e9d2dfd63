import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { duration } from '../../../lib/time.js';
import { Button, Input, StatusMark } from '../../../ui/index.js';
import { Changes } from './changes.js';
import css from './compare.module.css';
import { longerBy, type NodeDiff, partsOf, type RunDiff, shownNodes, type Verdict, verdictOf } from './rows.js';
import { Longer } from './sides.js';

const SAYS: Record<Verdict, string> = {
  only_from: 'only in the first',
  only_to: 'only in the second',
  status: 'ended otherwise',
  values: 'other values',
  same: 'the same',
};
const PAGE = 200;

/** Every node of both; those that differ first asked for, and opened one by one. */
export function Nodes({ diff: { from, to, nodes } }: { diff: RunDiff }) {
  const differing = useMemo(() => shownNodes(nodes, false, '').length, [nodes]);
  const [all, setAll] = useState(differing === 0);
  const [text, setText] = useState('');
  const [most, setMost] = useState(PAGE);
  const shown = shownNodes(nodes, all, text);
  return (
    <section className={css.section}>
      <header className={css.head}>
        <h2>Nodes</h2>
        <div className={css.filter} role="group" aria-label="Which nodes">
          <Button look="quiet" aria-pressed={!all} onClick={() => setAll(false)}>
            Different <span className="num">{differing}</span>
          </Button>
          <Button look="quiet" aria-pressed={all} onClick={() => setAll(true)}>
            All <span className="num">{nodes.length}</span>
          </Button>
        </div>
        <Input
          type="search"
          aria-label="Find a node"
          placeholder="Find a node"
          className={css.find ?? ''}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </header>
      {shown.length === 0 && <p className="muted">No node fits.</p>}
      <ul className={css.nodes}>
        {shown.slice(0, most).map((node) => (
          <Node key={node.key} node={node} from={from.id} to={to.id} />
        ))}
      </ul>
      {shown.length > most && (
        <Button onClick={() => setMost(most + PAGE)}>Show more of {shown.length.toLocaleString('en')}</Button>
      )}
    </section>
  );
}

function Node({ node, from, to }: { node: NodeDiff; from: string; to: string }) {
  const [open, setOpen] = useState(false);
  const { key, changes, more } = node;
  const verdict = verdictOf(node);
  const parts = partsOf(changes).filter((part) => part !== 'status');
  return (
    <li className={css.node} data-verdict={verdict}>
      <button type="button" className={css.nodeHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
        <code className={css.key}>{key}</code>
        <Side side={node.from} />
        <span aria-hidden>→</span>
        <Side side={node.to} />
        <Longer by={longerBy(node.from?.duration_ms, node.to?.duration_ms)} />
        <span className={css.says}>
          {SAYS[verdict]}
          {parts.length > 0 && `: ${parts.join(', ')}`}
        </span>
      </button>
      {open && (
        <div className={css.opened}>
          {changes.length > 0 || more > 0 ? (
            <Changes changes={changes} more={more} />
          ) : (
            <p className="muted">
              {verdict === 'same' ? 'Nothing is different but times.' : 'The other run has no such node.'}
            </p>
          )}
          <p className={css.links}>
            {node.from && (
              <Link to="/runs/$runId" params={{ runId: from }} search={{ node: key }}>
                Open in the first run
              </Link>
            )}
            {node.to && (
              <Link to="/runs/$runId" params={{ runId: to }} search={{ node: key }}>
                Open in the second run
              </Link>
            )}
          </p>
        </div>
      )}
    </li>
  );
}

function Side({ side }: { side: NodeDiff['from'] }) {
  if (!side) return <span className={css.none}>–</span>;
  return (
    <span className={css.state}>
      <StatusMark status={side.status} />
      <span className="num">{side.duration_ms === null ? '' : duration(side.duration_ms)}</span>
      {side.attempt > 1 && <span className="muted num">#{side.attempt}</span>}
    </span>
  );
}
