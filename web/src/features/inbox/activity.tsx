import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useId } from 'react';
import { useMay } from '../session/session.js';
import { Button, Loading, ProblemPanel, TextArea, Time, toast, Who } from '../../ui/index.js';
import css from './activity.module.css';
import type { GateActs } from './acts.js';
import { gateHistoryQuery, type GateRef } from './gates.js';
import type { Draft } from './decision.js';
import { tellEntry } from './history.js';

type Say = Draft['say'];

/** All that happened to the gate, and what people said about it, in order of time. */
export function Activity({
  of,
  acts,
  say,
  onSay,
  box,
}: {
  of: GateRef;
  acts: GateActs;
  say: Say;
  onSay: (say: Say) => void;
  box: RefObject<HTMLTextAreaElement | null>;
}) {
  const history = useQuery(gateHistoryQuery(of));
  const may = useMay('gates:comment');
  return (
    <>
      {history.isPending && <Loading label="Loading the history" lines={3} />}
      {history.isError && <ProblemPanel error={history.error} onRetry={() => void history.refetch()} />}
      <ol className={css.entries}>
        {history.data?.map((entry, i) => {
          const { who, did, tone, text } = tellEntry(entry);
          return (
            <li key={`${entry.at} ${entry.kind} ${i}`} className={css.entry} data-tone={tone}>
              <p>
                {who !== undefined && (
                  <>
                    <Who of={who} className={css.who} />{' '}
                  </>
                )}
                {did}{' '}
                <span className={css.at}>
                  <Time at={entry.at} relative />
                </span>
              </p>
              {text !== undefined && <p className={css.said}>{text}</p>}
            </li>
          );
        })}
      </ol>
      {may && <CommentBox {...{ acts, say, onSay, box }} />}
    </>
  );
}

function CommentBox({
  acts,
  say: { text, key },
  onSay,
  box,
}: {
  acts: GateActs;
  say: Say;
  onSay: (say: Say) => void;
  box: RefObject<HTMLTextAreaElement | null>;
}) {
  const id = useId();
  const send = async (): Promise<void> => {
    try {
      await acts.comment.mutateAsync({ text: text.trim(), key });
      onSay({ text: '', key: '' });
    } catch (err) {
      toast((err as Error).message, 'bad');
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send();
  };
  return (
    <form className={css.box} onSubmit={submit}>
      <label htmlFor={id} className="sr-only">
        Comment
      </label>
      <TextArea
        id={id}
        ref={box}
        rows={2}
        maxLength={4000}
        placeholder="Say something to those who see this gate"
        aria-keyshortcuts="c"
        value={text}
        onChange={(event) => onSay({ text: event.target.value, key: crypto.randomUUID() })}
      />
      <Button type="submit" disabled={text.trim() === ''} busy={acts.comment.isPending}>
        Comment
      </Button>
    </form>
  );
}
