import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button, Dialog, Field, statusOf, TextArea } from '../../../ui/index.js';
import { BULK, type BulkAct, type BulkState, runAll, runsInWords, split } from './bulk.js';
import css from './bulk.module.css';
import { perform } from './perform.js';
import { shortId } from './run-row.js';
import type { RunSummary } from './rows.js';

/** So many requests are under way at once. */
const AT_ONCE = 4;

/** How many it is for and who is left out, the reason, then how far it has come and what was refused. */
export function BulkDialog({ act, runs, onClose }: { act: BulkAct; runs: RunSummary[]; onClose: () => void }) {
  // As they were when it was asked: what is done does not change under the hand.
  const [{ takes, leaves }] = useState(() => split(act, runs));
  const { state, begin, stop, stopped } = useBulk(act, takes);
  const [reason, setReason] = useState('');
  const rule = BULK[act];
  const over = state !== undefined && (stopped || state.done + state.failed.length === state.total);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    begin(reason.trim());
  };
  const close = (): void => {
    stop();
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={
        takes.length === 0 ? `Nothing to ${rule.verb.toLowerCase()}` : `${rule.verb} ${runsInWords(takes.length)}?`
      }
      description={takes.length === 0 ? undefined : rule.told}
      footer={
        state ? (
          <Button look={over ? 'primary' : 'plain'} onClick={over ? close : stop}>
            {over ? 'Close' : 'Stop here'}
          </Button>
        ) : (
          <>
            <Button onClick={close}>Back</Button>
            <Button
              type="submit"
              form="bulk"
              look={rule.danger ? 'danger' : 'primary'}
              disabled={takes.length === 0 || reason.trim() === ''}
            >
              {rule.verb} {runsInWords(takes.length)}
            </Button>
          </>
        )
      }
    >
      <div className={css.body}>
        {takes.length > 0 && <Preview takes={takes} />}
        {leaves.length > 0 && (
          <ul className={css.leaves}>
            {leaves.map(([why, count]) => (
              <li key={why}>
                {runsInWords(count)} left out: {count === 1 ? 'it' : 'each'} {why}.
              </li>
            ))}
          </ul>
        )}
        {state ? (
          <Progress act={act} state={state} over={over} />
        ) : (
          takes.length > 0 && (
            <form id="bulk" onSubmit={submit}>
              <Field label="Reason" help="It is on record with each of them.">
                {(field) => (
                  <TextArea
                    {...field}
                    autoFocus
                    required
                    rows={2}
                    maxLength={1000}
                    value={reason}
                    onChange={({ target }) => setReason(target.value)}
                  />
                )}
              </Field>
            </form>
          )
        )}
      </div>
    </Dialog>
  );
}

function useBulk(act: BulkAct, takes: RunSummary[]) {
  const client = useQueryClient();
  const [state, setState] = useState<BulkState>();
  const [stopped, setStopped] = useState(false);
  const abort = useRef(new AbortController());
  useEffect(() => {
    const { current } = abort;
    return () => current.abort();
  }, []);
  const begin = (reason: string): void => {
    abort.current = new AbortController();
    setState({ total: takes.length, done: 0, failed: [] });
    void runAll(takes, (run) => perform(act, run, reason), {
      ...{ atOnce: AT_ONCE, signal: abort.current.signal, onState: setState },
    }).then(() => {
      void client.invalidateQueries({ queryKey: ['runs', 'poll'] });
      void client.invalidateQueries({ queryKey: ['runs', 'counts'] });
    });
  };
  const stop = (): void => {
    abort.current.abort();
    setStopped(true);
  };
  return { state, begin, stop, stopped };
}

/** Which they are: so many of each workflow and status. */
function Preview({ takes }: { takes: RunSummary[] }) {
  const kinds = new Map<string, number>();
  for (const { workflow, status } of takes) {
    const kind = `${workflow}, ${statusOf(status).label.toLowerCase()}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const most = [...kinds].toSorted(([, a], [, b]) => b - a);
  return (
    <ul className={css.kinds}>
      {most.slice(0, 6).map(([kind, count]) => (
        <li key={kind}>
          <span className="num">{count}</span> {kind}
        </li>
      ))}
      {most.length > 6 && <li className="muted">and {most.length - 6} more kinds</li>}
    </ul>
  );
}

function Progress({ act, state: { total, done, failed }, over }: { act: BulkAct; state: BulkState; over: boolean }) {
  const settled = done + failed.length;
  return (
    <div className={css.progress}>
      <progress value={settled} max={total} aria-label="How far it has come" />
      <p role="status">
        {runsInWords(done)} {BULK[act].done}
        {failed.length > 0 && `, ${failed.length} refused`}
        {over ? (settled < total ? `; ${total - settled} not begun.` : '.') : ` of ${total} …`}
      </p>
      {failed.length > 0 && (
        <ul className={css.failed}>
          {failed.map(({ id, why }) => (
            <li key={id}>
              <Link to="/runs/$runId" params={{ runId: id }} className="mono" title={id}>
                {shortId(id)}
              </Link>{' '}
              {why}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
