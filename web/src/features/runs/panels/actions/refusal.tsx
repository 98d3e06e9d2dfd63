import { isObject, type Json } from '../../../../../../core/json.js';
import { Problem } from '../../../../lib/api/problem.js';
import { ProblemPanel } from '../../../../ui/index.js';
import css from './actions.module.css';

/** Quick nodes are at work just now: in a moment it can be done. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Problem && isObject(error.details.details) && error.details.details['busy'] === true;

/** Why it can't be done, with every place that an amendment may not touch. */
export function Refusal({ error }: { error: unknown }) {
  if (isBusy(error))
    return <p className="muted">Quick nodes are at work just now. This looks again by itself in a moment.</p>;
  const places = placesOf(error);
  return (
    <>
      <ProblemPanel error={error} />
      {places.length > 1 && (
        <ul className={css.places}>
          {places.map(({ at, message }) => (
            <li key={`${at} ${message}`}>
              <code>{at ?? 'the run'}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function placesOf(error: unknown): { at: string | null; message: string }[] {
  if (!(error instanceof Problem) || !isObject(error.details.details)) return [];
  const { problems } = error.details.details as { problems?: Json };
  return Array.isArray(problems) ? (problems as unknown as { at: string | null; message: string }[]) : [];
}
