import { CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import css from './builder.module.css';
import { adviceOf, type DrawnEdge, type PlacedProblem, useBuilder } from './model/index.js';

/** What the compiler says, all of it; each leads to its node, edge or line. */
export function ProblemsPanel({ onGo }: { onGo: (problem: PlacedProblem) => void }) {
  const problems = useBuilder((state) => state.problems);
  const compiling = useBuilder((state) => state.compiling);
  const nodes = useBuilder(({ view }) => view.nodes.length);
  const edges = useBuilder(({ view }) => view.edges);
  const [open, setOpen] = useState(true);
  const count = problems.length;
  const size = `${nodes} ${nodes === 1 ? 'node' : 'nodes'}, ${edges.length} ${edges.length === 1 ? 'edge' : 'edges'}`;
  return (
    <section className={css.problems} aria-label="Problems">
      <button
        type="button"
        className={css.problemsHead}
        aria-expanded={count > 0 && open}
        disabled={count === 0}
        onClick={() => setOpen(!open)}
      >
        {count > 0 ? (
          <CircleAlert size={14} className={css.bad} aria-hidden />
        ) : compiling ? (
          <LoaderCircle size={14} className={css.busy} aria-hidden />
        ) : (
          <CircleCheck size={14} className={css.good} aria-hidden />
        )}
        <span role="status">
          {count > 0 ? `${count} ${count === 1 ? 'problem' : 'problems'}` : compiling ? 'Checking' : 'No problems'}
        </span>
        <span className={css.size}>{size}</span>
      </button>
      {open && count > 0 && (
        <ul className={css.problemList}>
          {problems.map((problem) => {
            const { code, line, column, message, node, edge } = problem;
            const advice = adviceOf(problem);
            return (
              <li key={`${code} ${line}:${column} ${message}`}>
                <button type="button" className={css.problem} onClick={() => onGo(problem)}>
                  <span className={css.place}>{node ?? placeOf(edges.find(({ index }) => index === edge))}</span>
                  <span className={css.message}>
                    {message}
                    {advice !== undefined && <span className="muted">. {advice}</span>}
                  </span>
                  <span className={css.line}>
                    {line}:{column}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

const placeOf = (edge: DrawnEdge | undefined): string => (edge ? `${edge.from} → ${edge.to}` : 'workflow');
