import { CircleAlert } from 'lucide-react';
import { adviceOf, type PlacedProblem } from '../model/index.js';
import css from './panels.module.css';

/** Problems that are of no single field. */
export function Problems({ problems }: { problems: readonly PlacedProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className={css.problems} aria-label="Problems">
      {problems.map((problem) => {
        const { code, pointer, message } = problem;
        return (
          <li key={`${code} ${pointer} ${message}`}>
            <CircleAlert size={14} aria-hidden />
            <span>{[message, adviceOf(problem)].filter(Boolean).join('. ')}</span>
          </li>
        );
      })}
    </ul>
  );
}
