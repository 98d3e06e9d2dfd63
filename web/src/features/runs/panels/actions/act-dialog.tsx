import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { type Sent, sentAs } from '../../../../lib/request-key.js';
import { useSettled } from '../../../../lib/settled.js';
import { Button, Confirm, Dialog, Field, Input, Kbd, Loading, toast } from '../../../../ui/index.js';
import { reconnect, useRunView } from '../../live/index.js';
import { useAbout } from './about.js';
import css from './actions.module.css';
import { type Draft, hasWork, wishOf } from './draft.js';
import { FIELDS } from './fields.js';
import { ForeseenView } from './foreseen.js';
import { ACTS, type ActName } from './offers.js';
import { isBusy, Refusal } from './refusal.js';
import { type Done, canForesee, carryOut, foresee, type Wish } from './wish.js';

export interface Asked {
  act: ActName;
  /** Of an act on a node. */
  node?: string;
}

/** What each act does, in a sentence. */
const SAYS: Record<ActName, string> = {
  pause:
    'Nothing more begins until the run is resumed. What is at work may end; gates can be decided, and timers go on.',
  resume: 'What is ready begins.',
  redrive: 'What failed, was cancelled or had not begun runs again; what completed stays. It is the same run.',
  fork: 'Another run begins out of the past of this one. This one stays as it is.',
  fork_here: 'Another run begins out of the past of this one, with this node first. This one stays as it is.',
  amend: 'The run goes on by another plan. What has started is as it was.',
  event: 'Wakes what waits for it, or lies in the run’s mailbox for the first wait that begins.',
  compare: '',
  cancel: 'What is outstanding is told to stop, and what has happened is undone where the spec says how.',
  terminate:
    'The run ends at once. Nothing is told to stop and nothing is undone: cancel it, unless that does not help.',
  retry: 'The node runs again, with its whole retry policy. What went on from it is taken back where it has changed.',
  skip: 'The run goes on without the node: its way is dead, and joins go on as they say.',
  set_output: 'The node completes with this output, and does not run.',
  pause_node: 'The node does not begin until it is resumed.',
  resume_node: 'The node may begin.',
};

function titleOf(act: ActName, node: string | undefined): string {
  if (act === 'fork_here') return `Fork from ${node}`;
  if (act === 'set_output') return `Set the output of ${node}`;
  if (act === 'event') return 'Send an event';
  return `${ACTS[act].label} ${node ?? 'the run'}`;
}

/** Asks for what an act needs, shows what it would bring about, and does it. */
export default function ActDialog({ runId, asked, onClose }: { runId: string; asked: Asked; onClose: () => void }) {
  const about = useAbout(runId, asked.node);
  if (!about) return null;
  return <Form key={`${asked.act} ${asked.node}`} {...{ runId, asked, onClose, about }} />;
}

function Form({
  runId,
  asked,
  about,
  onClose,
}: {
  runId: string;
  asked: Asked;
  about: NonNullable<ReturnType<typeof useAbout>>;
  onClose: () => void;
}) {
  const [first] = useState<Draft>(about.draft);
  const [draft, setDraft] = useState(first);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const { act, node } = asked;
  const { danger } = ACTS[act];
  const drafted = wishOf(asked, draft, about.run);
  const wish = 'wish' in drafted ? drafted.wish : undefined;
  const missing = 'wish' in drafted ? undefined : drafted;
  const needsReason = act !== 'event';
  const doing = useDoing(runId, onClose);
  // Not state: Enter may be pressed twice before anything is drawn anew, and what was done is done once.
  const sent = useRef(false);
  const submit = () => {
    setTried(true);
    if (sent.current || !wish || (needsReason && reason.trim() === '')) return;
    sent.current = true;
    doing.mutate({ wish, reason: reason.trim() }, { onError: () => (sent.current = false) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
  const leave = (): void => (hasWork(draft, first) ? setAsking(true) : onClose());
  const Fields = FIELDS[act];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && leave()}
      title={titleOf(act, node)}
      description={SAYS[act]}
      {...(act === 'amend' ? { place: 'side', width: 'wide' } : {})}
      footer={
        <>
          <span className={css.hint}>
            <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>
          </span>
          <Button onClick={leave}>Leave it</Button>
          <Button look={danger ? 'danger' : 'primary'} busy={doing.isPending} disabled={!wish} onClick={submit}>
            {titleOf(act, node)}
          </Button>
        </>
      }
    >
      <div className={css.form} role="presentation" onKeyDown={onKeyDown}>
        {Fields && (
          <Fields
            draft={draft}
            set={(more) => setDraft((old) => ({ ...old, ...more }))}
            run={about.run}
            missing={missing}
          />
        )}
        {needsReason && (
          <Field
            label="Reason"
            help="It stands in the run’s history, with your name."
            error={tried && reason.trim() === '' ? 'Say why: it stands in the run’s history.' : undefined}
          >
            {(props) => (
              <Input
                {...props}
                autoFocus={act !== 'terminate'}
                maxLength={1000}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                onKeyDown={(event) => event.key === 'Enter' && !event.ctrlKey && !event.metaKey && submit()}
              />
            )}
          </Field>
        )}
        {missing && missing.field === null && <p className="muted">{missing.not}</p>}
        {doing.error ? (
          <Refusal error={doing.error} />
        ) : (
          wish && canForesee(wish) && <Ahead runId={runId} wish={wish} />
        )}
      </div>
      {asking && (
        <Confirm
          title="Throw away what you wrote?"
          act="Throw it away"
          back="Go on writing"
          onAct={onClose}
          onBack={() => setAsking(false)}
        >
          It is kept nowhere.
        </Confirm>
      )}
    </Dialog>
  );
}

/** What would happen, asked anew when the wish or the run is another. */
function Ahead({ runId, wish }: { runId: string; wish: Wish }) {
  const settled = useSettled(wish, 400);
  const cursor = useRunView(runId, (view) => view.cursor);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['foresee', runId, settled, cursor],
    queryFn: () => foresee(runId, settled),
    ...{ retry: false, gcTime: 0, staleTime: 0 },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (isBusy(state.error) ? 1500 : false),
  });
  return (
    <section className={css.ahead} aria-live="polite" aria-label="What would happen">
      <h3>What would happen</h3>
      {error ? (
        <Refusal error={error} />
      ) : data === undefined ? (
        <Loading label="Looking ahead" lines={3} />
      ) : (
        <div className={css.told} data-stale={isPlaceholderData || undefined}>
          <ForeseenView of={data} />
        </div>
      )}
    </section>
  );
}

function useDoing(runId: string, onClose: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const sent = useRef<Sent>(undefined);
  return useMutation<Done, unknown, { wish: Wish; reason: string }>({
    mutationFn: ({ wish, reason }) => {
      sent.current = sentAs(sent.current, [wish, reason]);
      return carryOut(runId, wish, { reason, key: sent.current.key });
    },
    retry: (failures, error) => isBusy(error) && failures < 5,
    retryDelay: 1000,
    onSuccess: ({ said, run }, { wish }) => {
      toast(said);
      onClose();
      void client.invalidateQueries({ queryKey: ['run', runId] });
      if (wish.do === 'redrive') reconnect(runId);
      if (run !== undefined) void navigate({ to: '/runs/$runId', params: { runId: run } });
    },
  });
}
