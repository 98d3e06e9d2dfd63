import { CircleCheck, OctagonX } from 'lucide-react';
import { duration } from '../../../../lib/time.js';
import { StatusBadge } from '../../../../ui/index.js';
import { show, type TestReport } from './tests.js';
import css from './try.module.css';

const SHARES = ['nodes', 'edges', 'joins', 'failures'] as const;

/** What became of each case, and what none of them took. */
export function Report({ report: { cases, coverage, passed }, stale }: { report: TestReport; stale: boolean }) {
  const good = cases.filter((each) => each.passed).length;
  return (
    <section className={css.pane} aria-label="Report" aria-live="polite">
      {stale && <p className={css.stale}>The spec or the cases have changed since: this is of what they were.</p>}
      <h3>{passed ? `All ${cases.length} passed` : `${good} of ${cases.length} passed`}</h3>
      <ul className={css.cases}>
        {cases.map((each) => (
          <Case key={each.name} report={each} />
        ))}
      </ul>
      <dl className={css.shares}>
        {SHARES.map((share) => (
          <div key={share}>
            <dt>{share}</dt>
            <dd className="num">{coverage[share].total === 0 ? 'none' : `${coverage[share].percent} %`}</dd>
          </div>
        ))}
      </dl>
      <Missing coverage={coverage} />
    </section>
  );
}

function Case({
  report: { name, passed, status, took_ms, differences, problems },
}: {
  report: TestReport['cases'][number];
}) {
  return (
    <li className={css.case} data-passed={passed}>
      <div className={css.row}>
        {passed ? (
          <CircleCheck size={15} role="img" aria-label="Passed" className={css.good} />
        ) : (
          <OctagonX size={15} role="img" aria-label="Failed" className={css.bad} />
        )}
        <span className={css.key}>{name}</span>
        <StatusBadge status={status} />
        <span className="muted num">{duration(took_ms)}</span>
      </div>
      {problems.map(({ message, node }) => (
        <p key={`${node} ${message}`} className={css.bad}>
          {node === undefined ? '' : `${node}: `}
          {message}
        </p>
      ))}
      {differences.length > 0 && (
        <table className={css.differences}>
          <thead>
            <tr>
              <th scope="col">Place</th>
              <th scope="col">Expected</th>
              <th scope="col">Found</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ pointer, expected, found }) => (
              <tr key={pointer}>
                <th scope="row">{pointer}</th>
                <td>{show(expected)}</td>
                <td>{show(found)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

function Missing({ coverage: { nodes, edges, failures } }: Pick<TestReport, 'coverage'>) {
  const ways = edges.all.filter(({ missing }) => missing.length > 0);
  const seen = nodes.missing.length === 0 && ways.length === 0 && failures.missing.length === 0;
  if (seen) return <p className="muted">Every way was taken.</p>;
  return (
    <div>
      <h4>Never taken</h4>
      <p className="muted">On the canvas they are dashed.</p>
      <ul className={css.missing}>
        {nodes.missing.map((key) => (
          <li key={key}>
            node <code>{key}</code>
          </li>
        ))}
        {ways.map(({ from, to, on, condition, missing }) => (
          <li key={`${from} ${to} ${on}`}>
            edge <code>{`${from} → ${to}`}</code>
            {on === 'success' ? '' : ` on ${on}`}
            {condition !== undefined && missing.includes('not_taken') ? ': its condition was never false' : ''}
          </li>
        ))}
        {failures.missing.map((what) => (
          <li key={what}>
            failure of <code>{what}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
