import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api, ok } from '../../../../lib/api/client.js';
import {
  Dialog,
  Empty,
  Field,
  Input,
  Loading,
  ProblemPanel,
  StatusMark,
  Time,
  Took,
  Who,
} from '../../../../ui/index.js';
import css from './actions.module.css';

/** Chooses another run of the same workflow. */
export function PickRun({
  workflow,
  not,
  onPick,
  onClose,
}: {
  workflow: string;
  /** The run that is looked at. */
  not: string;
  onPick: (runId: string) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const { data, error, isPending } = useQuery({
    queryKey: ['runs', 'pick', workflow, q],
    queryFn: async () => {
      const query = { workflow, limit: 50, ...(q === '' ? {} : { q }) };
      return (await ok(api.GET('/api/v1/workflow_runs', { params: { query } }))).items;
    },
    placeholderData: (before) => before,
  });
  const others = (data ?? []).filter(({ id }) => id !== not);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Compare with another run"
      description={`Runs of ${workflow}, newest first.`}
      width="wide"
    >
      <Field label="Find a run" hideLabel>
        {(props) => (
          <Input
            {...props}
            autoFocus
            type="search"
            placeholder="Who started it, or the beginning of its id"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      {error ? (
        <ProblemPanel error={error} />
      ) : isPending ? (
        <Loading label="Loading runs" />
      ) : others.length === 0 ? (
        <Empty icon={History} title="There is no other run">
          {q === '' ? 'Start the workflow once more, or fork this run.' : 'None fits what you typed.'}
        </Empty>
      ) : (
        <ul className={css.runs}>
          {others.map(({ id, status, version, starter, created_at, started_at, finished_at }) => (
            <li key={id}>
              <button type="button" className={css.run} onClick={() => onPick(id)}>
                <StatusMark status={status} />
                <code>{id.slice(0, 20)}…</code>
                <span className="muted">v{version}</span>
                <Who of={starter} className={css.starter} />
                <Took from={started_at} to={finished_at} />
                <Time at={created_at} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
