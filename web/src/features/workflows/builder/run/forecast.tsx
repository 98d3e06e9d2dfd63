import { useQuery } from '@tanstack/react-query';
import type { Json } from '../../../../../../core/json.js';
import { useSettled } from '../../../../lib/settled.js';
import { type Choice, forecastQuery } from './api.js';
import css from './run.module.css';

/** After the last key. */
const PAUSE_MS = 500;

/** What the run would do, and what it would cost, as far as the server knows it beforehand. */
export function Forecast({
  name,
  choice,
  input,
  ready,
}: {
  name: string;
  choice: Choice;
  /** Undefined: there is none that could be asked about. */
  input: Json | undefined;
  ready: boolean;
}) {
  const settled = useSettled(input, PAUSE_MS);
  // `ready` is of the input as it stands; the one of a moment ago may be none.
  const isPresent = JSON.stringify(settled) === JSON.stringify(input);
  const { data } = useQuery({
    ...forecastQuery(name, choice, settled ?? {}),
    enabled: ready && isPresent,
    placeholderData: (before) => before,
  });
  const nodes = data?.nodes ?? [];
  const count = (runs: string): number => nodes.filter((node) => node.runs === runs).length;
  return (
    <dl className={css.forecast} aria-live="polite">
      <div>
        <dt>Estimated cost</dt>
        <dd>{data && ready ? costInWords((data as { cost?: number | null }).cost ?? null) : '–'}</dd>
      </div>
      <div>
        <dt>Nodes</dt>
        <dd>
          {data && ready
            ? nodesInWords(count('yes'), count('maybe'), nodes.filter((node) => node.acts && node.runs !== 'no').length)
            : '–'}
        </dd>
      </div>
    </dl>
  );
}

/** The API knows no prices yet and says null. */
export const costInWords = (cost: number | null): string =>
  cost === null ? 'not known: there are no prices yet' : String(cost);

/** `7 run, 3 may; 4 act on something outside or ask a person`. */
export const nodesInWords = (yes: number, maybe: number, acts: number): string =>
  `${yes} ${yes === 1 ? 'runs' : 'run'}${maybe > 0 ? `, ${maybe} may` : ''}; ${acts === 0 ? 'none acts outside' : `${acts} act${acts === 1 ? 's' : ''} outside or ask${acts === 1 ? 's' : ''} a person`}`;
