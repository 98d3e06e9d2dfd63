import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis, GitCompare, List, Play } from 'lucide-react';
import { Button, Menu, type MenuItem, StatusMark, statusOf, Time, Tooltip, Who } from '../../../ui/index.js';
import { useMay } from '../../session/session.js';
import type { RunRow, WorkflowRow } from './api.js';
import css from './workflows.module.css';

interface TableProps {
  rows: readonly WorkflowRow[];
  runs: ReadonlyMap<string, readonly RunRow[]>;
  /** The runs have been asked for. */
  known: boolean;
}

export function Table({ rows, runs, known }: TableProps) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">Workflow</th>
          <th scope="col">Version</th>
          <th scope="col" className={css.wide}>
            Saved
          </th>
          <th scope="col">Last runs</th>
          <th scope="col">
            <span className="sr-only">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} runs={runs.get(row.name) ?? []} known={known} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, runs, known }: { row: WorkflowRow; runs: readonly RunRow[]; known: boolean }) {
  const { name, version, description, created_by, created_at } = row;
  return (
    <tr>
      <th scope="row" className={css.name}>
        <Link to="/workflows/$id" params={{ id: name }}>
          {name}
        </Link>
        {description !== null && <p title={description}>{description}</p>}
      </th>
      <td className="num">v{version}</td>
      <td className={css.wide}>
        <Time at={created_at} relative />
        <p className={css.by}>
          by <Who of={created_by} />
        </p>
      </td>
      <td>
        <LastRuns runs={runs} known={known} />
      </td>
      <td className={css.acts}>
        <Acts row={row} />
      </td>
    </tr>
  );
}

function LastRuns({ runs, known }: { runs: readonly RunRow[]; known: boolean }) {
  if (runs.length === 0) return <span className="muted">{known ? 'none lately' : ''}</span>;
  return (
    <ul className={css.runs}>
      {runs.map(({ id, status, created_at }) => (
        <li key={id}>
          <Tooltip
            text={
              <>
                {statusOf(status).label} · <Time at={created_at} relative />
              </>
            }
          >
            <Link to="/runs/$runId" params={{ runId: id }} className={css.run}>
              <StatusMark status={status} />
            </Link>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}

function Acts({ row: { name, version } }: { row: WorkflowRow }) {
  const navigate = useNavigate();
  const mayRun = useMay('runs:start');
  const run = (): void => void navigate({ to: '/workflows/$id', params: { id: name }, search: { panel: 'run' } });
  const items: MenuItem[] = [
    ...(mayRun ? [{ label: 'Run', icon: <Play />, onSelect: run }] : []),
    {
      label: 'All its runs',
      icon: <List />,
      onSelect: () => void navigate({ to: '/runs', search: { workflow: name } }),
    },
    {
      label: 'Versions and aliases',
      icon: <GitCompare />,
      onSelect: () =>
        void navigate({
          to: '/workflows/$id/diff',
          params: { id: name },
          search: version > 1 ? { from: version - 1, to: version } : {},
        }),
    },
  ];
  return (
    <>
      {mayRun && (
        <Button className={css.quick} icon={<Play />} onClick={run} aria-label={`Run ${name}`}>
          Run
        </Button>
      )}
      <Menu items={items} trigger={<Button look="quiet" icon={<Ellipsis />} aria-label={`More of ${name}`} />} />
    </>
  );
}
