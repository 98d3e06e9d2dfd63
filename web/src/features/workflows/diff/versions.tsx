import { useQuery } from '@tanstack/react-query';
import type { components } from '../../../lib/api/schema.js';
import { Time, Who } from '../../../ui/index.js';
import { aliasesQuery } from '../builder/run/api.js';
import { routesInWords } from '../builder/run/choose.js';
import css from './diff.module.css';
import { aliasesTo } from './merge.js';

type Pair = { from: number; to: number };

/** All versions, newest first, with the aliases that lead to them; two are picked to be compared. */
export function Versions({
  name,
  versions,
  pair,
  onPick,
}: {
  name: string;
  versions: readonly components['schemas']['WorkflowVersion'][];
  pair: Pair;
  onPick: (pair: Pair) => void;
}) {
  const aliases = useQuery(aliasesQuery(name)).data?.items ?? [];
  const radio = (side: keyof Pair, version: number) => (
    <input
      type="radio"
      name={side}
      aria-label={side === 'from' ? `Compare version ${version}` : `with version ${version}`}
      checked={pair[side] === version}
      onChange={() => onPick({ ...pair, [side]: version })}
    />
  );
  return (
    <aside className={css.versions} aria-label="Versions">
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ version, created_by, created_at }) => (
            <tr key={version} data-picked={version === pair.from || version === pair.to}>
              <td>{radio('from', version)}</td>
              <td>{radio('to', version)}</td>
              <th scope="row">
                <span className={css.version}>
                  v{version}
                  {aliasesTo(version, aliases).map(({ alias, weight }) => (
                    <span key={alias} className={css.alias}>
                      @{alias}
                      {weight < 100 && ` ${weight} %`}
                    </span>
                  ))}
                </span>
                <span className={css.about}>
                  <Time at={created_at} relative /> by <Who of={created_by} />
                </span>
              </th>
            </tr>
          ))}
        </tbody>
      </table>
      <h2 className={css.aliasHead}>Aliases</h2>
      {aliases.length === 0 ? (
        <p className="muted">
          None. An alias, such as {name}@stable, leads runs to a version, or by weight to several.
        </p>
      ) : (
        <ul className={css.aliases}>
          {aliases.map(({ alias, routes, updated_by, updated_at }) => (
            <li key={alias}>
              <span className={css.alias}>@{alias}</span>
              <span className="num">{routesInWords(routes)}</span>
              <span className={css.about} title={updated_by}>
                <Time at={updated_at} relative />
              </span>
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
