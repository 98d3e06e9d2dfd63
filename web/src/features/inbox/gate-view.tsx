import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, RefreshCw } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import type { Json } from '../../../../core/json.js';
import { useKeys } from '../../lib/keys.js';
import { useMe } from '../session/session.js';
import { Button, Loading, ProblemPanel, StatusBadge, Time, toast, useNow, Who } from '../../ui/index.js';
import { Activity } from './activity.js';
import { useGateActs } from './acts.js';
import { Decide } from './decide.js';
import { claimedByOther, type Verdict } from './decision.js';
import { useDraft } from './drafts.js';
import { Evidence } from './evidence.js';
import { DueBadge } from './gate-list.js';
import { GatePolicy, useFourEyes } from './gate-policy.js';
import css from './gate-view.module.css';
import { type GateDetail, gateQuery, type GateRef } from './gates.js';

/** One gate, with all that is needed to decide it. */
export function GateView({ of, onDecided }: { of: GateRef; onDecided: () => void }) {
  const gate = useQuery(gateQuery(of));
  if (gate.isPending) return <Loading label="Loading the gate" lines={8} />;
  if (gate.isError)
    return (
      <div className={css.view}>
        <Back />
        <ProblemPanel error={gate.error} onRetry={() => void gate.refetch()} />
      </div>
    );
  return <Shown of={of} gate={gate.data} onDecided={onDecided} />;
}

function Shown({ of, gate, onDecided }: { of: GateRef; gate: GateDetail; onDecided: () => void }) {
  const acts = useGateActs(of);
  const known = useFourEyes(gate);
  const { draft, change, drop } = useDraft(gate);
  const { stale, acknowledge } = useShown(gate);
  const box = useRef<HTMLTextAreaElement>(null);
  useKeys({ c: () => box.current?.focus() });
  const decided = (verdict: Verdict): void => {
    drop();
    toast(verdict === 'approve' ? 'Approved.' : 'Denied.');
    onDecided();
  };
  return (
    <article className={css.view} aria-labelledby="gate-title">
      <Back />
      <Head gate={gate} />
      {stale && (
        <div className={css.changed} role="alert">
          <RefreshCw size={16} aria-hidden />
          <p>
            What this gate shows has changed since you opened it. Read it again: a decision is about what it shows now.
          </p>
          <Button onClick={acknowledge}>I have read it</Button>
        </div>
      )}
      <Part title="What it shows">
        <Evidence value={gate.show as Json} />
        {gate.evidence !== null && (
          <p className={css.hash} title="The hash of what is shown. Your decision names it.">
            {gate.evidence}
          </p>
        )}
      </Part>
      <Part title="Who decides">
        <GatePolicy gate={gate} known={known} />
      </Part>
      <Part title="Activity">
        <Activity {...{ of, acts, box }} say={draft.say} onSay={(say) => change({ say })} />
      </Part>
      {gate.status === 'open' && <Decide {...{ gate, acts, known, draft, change, stale }} onDecided={decided} />}
    </article>
  );
}

/** The evidence that the reader has before them: another one is a change that they have to see before they decide. */
function useShown({ evidence, round }: GateDetail): { stale: boolean; acknowledge: () => void } {
  const shown = `${round} ${evidence}`;
  const [seen, setSeen] = useState(evidence === null ? undefined : shown);
  if (seen === undefined && evidence !== null) setSeen(shown); // it was being written down
  return { stale: seen !== undefined && evidence !== null && seen !== shown, acknowledge: () => setSeen(shown) };
}

function Back() {
  return (
    <Link to="/inbox" search={({ run: _run, node: _node, ...rest }) => rest} className={css.back}>
      <ArrowLeft size={16} aria-hidden /> Inbox
    </Link>
  );
}

function Head({ gate }: { gate: GateDetail }) {
  const { subject } = useMe();
  const now = useNow(10_000);
  const other = claimedByOther(gate, subject, undefined, now);
  const { run } = gate;
  return (
    <header className={css.head}>
      <h2 id="gate-title">{gate.title}</h2>
      <p className={css.facts}>
        <Standing gate={gate} />
        <DueBadge gate={gate} now={now} />
        <Link to="/workflows/$id" params={{ id: run.workflow }} search={{ version: run.version }}>
          {run.workflow}@{run.version}
        </Link>
        <Link to="/runs/$runId" params={{ runId: run.id }} search={{ node: gate.node_key }} className="mono">
          {gate.node_key} of {run.id.slice(0, 12)}
        </Link>
        <span>
          started by <Who of={run.starter} />
        </span>
        <span>
          asked <Time at={gate.opened_at} relative />
          {gate.round > 0 && `, for the ${ordinal(gate.round + 1)} time`}
        </span>
        {other !== undefined && <span className={css.claim}>{other} works on it</span>}
        {gate.claim?.holder === subject && <span className={css.claim}>You work on it</span>}
      </p>
      {gate.status === 'open' && gate.waits_for !== null && <p className="muted">It {gate.waits_for}.</p>}
    </header>
  );
}

/** Of the gate, in the words and marks that runs have. */
function Standing({ gate: { status, decision } }: { gate: GateDetail }) {
  if (status === 'open') return <StatusBadge status="waiting" />;
  if (status === 'closed') return <span>closed without a decision</span>;
  const approved = (decision as { decision?: string } | null)?.decision === 'approve';
  return <strong className={approved ? css.good : css.bad}>{approved ? 'Approved' : 'Denied'}</strong>;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={css.part} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

const ordinal = (n: number): string => {
  const word = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' };
  return `${n}${word[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)]}`;
};
