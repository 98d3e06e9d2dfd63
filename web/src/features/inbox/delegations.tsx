import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowRight, Users } from 'lucide-react';
import { useState } from 'react';
import { api, ok } from '../../lib/api/client.js';
import { useMay, useMe } from '../session/session.js';
import { Button, Dialog, Empty, Loading, ProblemPanel, Time, toast } from '../../ui/index.js';
import { type Delegation, inOrder, isOver, scopeInWords } from './delegation.js';
import { DelegateForm } from './delegate-form.js';
import css from './delegations.module.css';

const delegationsQuery = {
  queryKey: ['delegations'],
  queryFn: async () => (await ok(api.GET('/api/v1/delegations', { params: { query: { limit: 100 } } }))).items,
};

/** Who decides in whose place: what the reader gave and received, and a way to give and to end one. */
export function Delegations() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Users />} onClick={() => setOpen(true)}>
        Delegations
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        place="side"
        title="Delegations"
        description="Somebody else decides gates in your place for a while. They take your seat, and both names are on record."
      >
        {open && <Sheet />}
      </Dialog>
    </>
  );
}

function Sheet() {
  const list = useQuery(delegationsQuery);
  const may = useMay('gates:decide');
  const [adding, setAdding] = useState(false);
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: delegationsQuery.queryKey });
  return (
    <div className={css.sheet}>
      {may && !adding && (
        <div>
          <Button look="primary" onClick={() => setAdding(true)}>
            Delegate my gates
          </Button>
        </div>
      )}
      {adding && (
        <DelegateForm
          onDone={() => {
            setAdding(false);
            void changed();
          }}
          onCancel={() => setAdding(false)}
        />
      )}
      {list.isPending && <Loading label="Loading the delegations" lines={3} />}
      {list.isError && <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.length === 0 && !adding && <Empty icon={Users} title="There is no delegation" />}
      <ul className={css.list}>
        {list.data &&
          inOrder(list.data).map((each) => <One key={each.id} delegation={each} onChange={changed} may={may} />)}
      </ul>
    </div>
  );
}

const STATES = { planned: 'planned', in_force: 'in force', over: 'over', revoked: 'ended early' } as const;

function One({ delegation, onChange, may }: { delegation: Delegation; onChange: () => Promise<void>; may: boolean }) {
  const { id, from_person, to, from, until, state, reason } = delegation;
  const { subject } = useMe();
  const [sure, setSure] = useState(false);
  const end = useMutation({
    mutationFn: () => ok(api.DELETE('/api/v1/delegations/{id}', { params: { path: { id } } })),
    onSuccess: onChange,
    onError: (err: Error) => toast(err.message, 'bad'),
  });
  return (
    <li className={css.one} data-over={isOver(delegation) || undefined}>
      <p className={css.who}>
        <strong>{from_person === subject ? 'You' : from_person}</strong>
        <ArrowRight size={14} aria-label="to" />
        <strong>{to === subject ? 'you' : to}</strong>
        <span className={css.state} data-state={state}>
          {STATES[state]}
        </span>
      </p>
      <p>{scopeInWords(delegation)}</p>
      <p className="muted">
        <Time at={from} /> – <Time at={until} />
      </p>
      <p className="muted">{reason}</p>
      {may && !isOver(delegation) && (
        <div className={css.acts}>
          {sure ? (
            <>
              <Button look="danger" busy={end.isPending} onClick={() => end.mutate()}>
                End it now
              </Button>
              <Button onClick={() => setSure(false)}>Keep it</Button>
            </>
          ) : (
            <Button aria-label={`End the delegation from ${from_person} to ${to}`} onClick={() => setSure(true)}>
              End
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
