import { useDeferredValue, useMemo } from 'react';
import type { Amendment } from '../../../../../../core/contract/work.js';
import { whyOfRun } from '../../../../../../core/engine/why.js';
import type { Json } from '../../../../../../core/json.js';
import { JsonView } from '../../../../ui/json-view.js';
import { Loading, ProblemPanel, StatusMark, statusOf, Time, Who } from '../../../../ui/index.js';
import { isItem, type RunHead, useLiveRun, usePlan, useRunView } from '../../live/index.js';
import { Code, Section } from '../facts.js';
import { countsOf } from '../node/counts.js';
import { Sentence } from '../node/sentence.js';
import { useOpenNode } from '../open-node.js';
import css from './overview.module.css';

/** A run at a glance: why it stands where it stands, how far it is, what it was given and what came of it. */
export function RunOverview({ runId }: { runId: string }) {
  const { state, error } = useLiveRun(runId);
  const run = useRunView(runId, (view) => view.run);
  if (state === 'problem') return <ProblemPanel error={error} />;
  if (!run) return <Loading label="Loading the run" />;
  const { input, output, error: failure, metadata, amendments = [] } = run;
  return (
    <div className={css.overview}>
      <Why runId={runId} run={run} />
      <Progress runId={runId} />
      {amendments.length > 0 && <Amendments all={amendments} />}
      {failure?.details !== undefined && (
        <Section level="h2" title="Error">
          <JsonView value={failure as unknown as Json} label="Error of the run" />
        </Section>
      )}
      {output !== null && (
        <Section level="h2" title="Output">
          <JsonView value={output} label="Output of the run" />
        </Section>
      )}
      <Section level="h2" title="Input">
        <JsonView value={input} label="Input of the run" path="input" />
      </Section>
      {!isEmpty(metadata) && (
        <Section level="h2" title="Metadata">
          <JsonView value={metadata} label="Metadata of the run" />
        </Section>
      )}
    </div>
  );
}

const isEmpty = (value: Json): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** The engine's own sentence, and of a run that did not complete where that began. */
function Why({ runId, run }: { runId: string; run: RunHead }) {
  const { status, ending } = run;
  const plan = usePlan(runId);
  const nodes = useDeferredValue(useRunView(runId, (view) => view.nodes));
  const why = useMemo(
    () => (plan && nodes ? whyOfRun({ ...run, cursor: '', nodes: [...nodes.values()] }, plan) : undefined),
    [run, nodes, plan],
  );
  const open = useOpenNode();
  const cause = why?.first_cause;
  return (
    <div className={css.why} data-tone={statusOf(status).tone} aria-live="polite">
      <p>
        {ending !== undefined && `It is going to end as ${ending}, when what it has done is undone. `}
        {why ? <Sentence text={why.why.replace(/^it /, 'It ')} /> : statusOf(status).label}
      </p>
      {cause && (
        <p className={css.cause}>
          First cause:{' '}
          {cause.node === null ? (
            'the run itself'
          ) : (
            <button type="button" className={css.node} onClick={() => open(cause.node!)}>
              {cause.node}
            </button>
          )}
          , <Code code={cause.code} />
          {cause.at !== null && (
            <>
              , <Time at={cause.at} />
            </>
          )}
        </p>
      )}
    </div>
  );
}

/** How many nodes are in which state; those that need somebody are led to. */
function Progress({ runId }: { runId: string }) {
  const nodes = useRunView(runId, (view) => view.nodes);
  const open = useOpenNode();
  const own = useMemo(() => [...(nodes?.values() ?? [])].filter(({ key }) => !isItem(key)), [nodes]);
  const counts = useMemo(() => countsOf(own), [own]);
  const needy = own.filter(({ status }) => status === 'held' || status === 'failed').slice(0, 8);
  return (
    <Section level="h2" title={`Nodes ${own.length.toLocaleString('en')}`}>
      <div className={css.share} aria-hidden>
        {counts.map(([status, count]) => (
          <span key={status} data-tone={statusOf(status).tone} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className={css.counts}>
        {counts.map(([status, count]) => (
          <li key={status}>
            <StatusMark status={status} size={14} /> {statusOf(status).label} <span className="num">{count}</span>
          </li>
        ))}
      </ul>
      {needy.length > 0 && (
        <ul className={css.needy}>
          {needy.map(({ key, status, error }) => (
            <li key={key}>
              <button type="button" onClick={() => open(key)}>
                <StatusMark status={status} size={14} />
                <code>{key}</code>
                <span>{error ? `${error.code}: ${error.message}` : ''}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const Amendments = ({ all }: { all: readonly Amendment[] }) => (
  <Section level="h2" title="Amendments">
    <ul className={css.amendments}>
      {all.map(({ amendment, actor, reason, at, version, changes: { added, removed, changed } }) => (
        <li key={amendment}>
          <p>
            <Who of={actor} />, <Time at={at} />
            {version !== undefined && `, by version ${version}`}: {reason}
          </p>
          <p className={css.changes}>
            {[
              ...added.map((each) => `+ ${each}`),
              ...removed.map((each) => `− ${each}`),
              ...changed.map((each) => `~ ${each}`),
            ].map((each) => (
              <code key={each}>{each}</code>
            ))}
          </p>
        </li>
      ))}
    </ul>
  </Section>
);
