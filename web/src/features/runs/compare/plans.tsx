import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ok } from '../../../lib/api/client.js';
import { DiffEditor } from '../../../ui/code-diff/index.js';
import { Button } from '../../../ui/index.js';
import css from './compare.module.css';
import type { RunDiff } from './rows.js';

const specQuery = (id: string) => ({
  queryKey: ['run', id, 'spec'],
  queryFn: async () => (await ok(api.GET('/api/v1/workflow_runs/{id}/plan', { params: { path: { id } } }))).spec,
});

/** Whether both go by the same spec, amendments included; and where they do not, what is different. */
export function Plans({ from, to }: Pick<RunDiff, 'from' | 'to'>) {
  const before = useQuery(specQuery(from.id));
  const after = useQuery(specQuery(to.id));
  const [open, setOpen] = useState(false);
  if (before.data === undefined || after.data === undefined || before.data === after.data) return null;
  const versions = from.workflow === to.workflow && from.version !== to.version;
  return (
    <section className={css.section}>
      <header className={css.head}>
        <h2>The plan</h2>
        {versions && (
          <Link to="/workflows/$id/diff" params={{ id: from.workflow }} search={{ from: from.version, to: to.version }}>
            Compare version {from.version} with {to.version} on the graph
          </Link>
        )}
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the spec' : 'Show what differs in the spec'}
        </Button>
      </header>
      <p className="muted">
        They go by different specs{versions ? '' : ': one of them was amended, or is of another workflow'}.
      </p>
      {open && (
        <div className={css.spec}>
          <DiffEditor readOnly fold label="Spec" language="yaml" original={before.data} value={after.data} />
        </div>
      )}
    </section>
  );
}
