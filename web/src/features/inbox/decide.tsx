import { Check, UserCheck, UserX, X } from 'lucide-react';
import { type ReactNode, type RefObject, useRef, useState } from 'react';
import type { Json, JsonSchema } from '../../../../core/json.js';
import { Problem } from '../../lib/api/problem.js';
import { useKeys } from '../../lib/keys.js';
import { useMay, useMe } from '../session/session.js';
import { Button, Field, Kbd, Select, TextArea, toast } from '../../ui/index.js';
import type { GateActs } from './acts.js';
import { ConfirmDecision } from './confirm.js';
import css from './decide.module.css';
import {
  afterRefusal,
  claimedByOther,
  decisionOf,
  type Draft,
  hasForm,
  placeOf,
  placesOf,
  type Verdict,
} from './decision.js';
import { type FieldError, SchemaForm, validate } from '../../ui/schema-form/index.js';
import type { GateDetail } from './gates.js';
import { type FourEyes, refusalOf } from './policy.js';

export interface DecideProps {
  gate: GateDetail;
  acts: GateActs;
  known: FourEyes;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** What is shown has changed, and was not acknowledged yet: nothing is decided on it. */
  stale: boolean;
  onDecided: (verdict: Verdict) => void;
}

/** Why the reader can't decide this gate now; undefined: they can. */
export function useObstacle({
  gate,
  known,
  draft,
  stale,
}: Pick<DecideProps, 'gate' | 'known' | 'draft' | 'stale'>): string | undefined {
  const may = useMay('gates:decide');
  const { subject } = useMe();
  if (!may) return 'Your role decides no gates.';
  if (placesOf(gate).length === 0) return 'This gate is for others.';
  const as = placeOf(gate, draft);
  const refusal = refusalOf(gate, as === undefined ? [subject] : [subject, as], known);
  if (refusal) return refusal;
  if (gate.evidence === null && gate.role === null)
    return 'What it shows is being written down. It can be decided in a moment.';
  return stale ? 'Look at what the gate shows now before you decide.' : undefined;
}

/** The form, a comment, and the two words that settle it. */
export function Decide(props: DecideProps) {
  const { gate, acts, draft, change, onDecided } = props;
  const { subject } = useMe();
  const may = useMay('gates:decide');
  const [asked, setAsked] = useState<Verdict>();
  const obstacle = useObstacle(props);
  const as = placeOf(gate, draft);
  const places = placesOf(gate);
  const ready = obstacle === undefined;
  const { errors, fits, place } = useForm(gate, draft);
  const ask = (verdict: Verdict) =>
    ready ? () => (verdict === 'deny' || fits() ? setAsked(verdict) : undefined) : undefined;
  const mine = gate.claim?.holder === subject;
  const other = claimedByOther(gate, subject, as);
  const claim = (): void => {
    const act = mine ? acts.release.mutateAsync() : acts.claim.mutateAsync(false);
    act.catch((err: Error) => toast(err.message, 'bad'));
  };
  const claims = may && places.length > 0 && !other && (ready || mine);
  useKeys({ a: ask('approve'), d: ask('deny'), t: claims ? claim : undefined });

  const deciding = useRef(false); // two keys may come before the button is drawn as busy
  async function decide(takeOver: boolean): Promise<void> {
    if (deciding.current) return;
    deciding.current = true;
    try {
      await acts.decide.mutateAsync(decisionOf(asked!, { ...draft, as }, gate, takeOver));
      onDecided(asked!);
      setAsked(undefined);
    } catch (err) {
      // Others stay in the dialog, as help: the claim, which it asks about, among them.
      const what = err instanceof Problem ? afterRefusal(err) : 'tell';
      if (what !== 'show_new' && what !== 'gone') return;
      setAsked(undefined);
      toast((err as Error).message, 'bad');
    } finally {
      deciding.current = false;
    }
  }
  return (
    <>
      {ready && (
        <Wishes gate={gate} draft={{ ...draft, as }} change={change} places={places} errors={errors} place={place} />
      )}
      <div className={css.bar}>
        {obstacle !== undefined && <p className={css.obstacle}>{obstacle}</p>}
        {obstacle === undefined && <p className={css.note}>A decision can’t be taken back.</p>}
        <div className={css.buttons}>
          {claims && (
            <Button icon={mine ? <UserX /> : <UserCheck />} onClick={claim} aria-keyshortcuts="t" className={css.big}>
              {mine ? 'Release' : 'Claim'} <Kbd>t</Kbd>
            </Button>
          )}
          {may && places.length > 0 && <Verdicts ready={ready} ask={ask} />}
        </div>
      </div>
      {asked && (
        <ConfirmDecision
          {...{ verdict: asked, gate, as, comment: draft.comment.trim(), claimedBy: other }}
          busy={acts.decide.isPending}
          error={acts.decide.error}
          onDecide={(takeOver) => void decide(takeOver)}
          onClose={() => {
            setAsked(undefined);
            acts.decide.reset();
          }}
        />
      )}
    </>
  );
}

function Verdicts({ ready, ask }: { ready: boolean; ask: (verdict: Verdict) => (() => void) | undefined }): ReactNode {
  return (
    <>
      <Button
        look="danger"
        icon={<X />}
        disabled={!ready}
        onClick={ask('deny')}
        aria-keyshortcuts="d"
        className={css.big}
      >
        Deny <Kbd>d</Kbd>
      </Button>
      <Button
        look="primary"
        icon={<Check />}
        disabled={!ready}
        onClick={ask('approve')}
        aria-keyshortcuts="a"
        className={css.big}
      >
        Approve <Kbd>a</Kbd>
      </Button>
    </>
  );
}

interface FormState {
  /** What is wrong with it, once somebody tried to approve. */
  errors: FieldError[];
  place: RefObject<HTMLDivElement | null>;
  /** Whether the gate can be approved with it; if not, the first field that is wrong is focused. */
  fits: () => boolean;
}

function useForm(gate: GateDetail, draft: Draft): FormState {
  const [tried, setTried] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const errors = hasForm(gate) ? validate(gate.form as JsonSchema, (draft.form ?? {}) as Json) : [];
  const fits = (): boolean => {
    setTried(true);
    if (errors.length === 0) return true;
    // Once it is marked as wrong.
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
    return false;
  };
  return { errors: tried ? errors : [], place, fits };
}

/** What a decision brings along: in whose place, the gate's form, and why. */
function Wishes({
  gate,
  draft,
  change,
  places,
  errors,
  place,
}: Pick<DecideProps, 'gate' | 'draft' | 'change'> & Omit<FormState, 'fits'> & { places: (string | undefined)[] }) {
  return (
    <div className={css.wishes}>
      {places.length > 1 && (
        <Field label="You decide" help="In the place of others you take their seat; nobody has two.">
          {(field) => (
            <Select
              {...field}
              value={draft.as ?? ''}
              onChange={({ target }) => change({ as: target.value || undefined })}
            >
              {places.map((person) => (
                <option key={person ?? ''} value={person ?? ''}>
                  {person === undefined ? 'in person' : `in place of ${person}`}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {places.length === 1 && places[0] !== undefined && <p>You decide in place of {places[0]}.</p>}
      {hasForm(gate) && (
        <div ref={place}>
          <h3 className={css.formTitle}>What an approval brings along</h3>
          <SchemaForm
            label="What an approval brings along"
            schema={gate.form as JsonSchema}
            value={draft.form as Json | undefined}
            errors={errors}
            onChange={(value) => change({ form: value })}
          />
          <p role="alert" className={css.wrong}>
            {errors.length > 0 && 'The form is not complete. A denial needs no form.'}
          </p>
        </div>
      )}
      <Field label="Why (optional)" help="It is kept with the decision, for everybody who sees the run.">
        {(field) => (
          <TextArea
            {...field}
            rows={2}
            maxLength={4000}
            value={draft.comment}
            onChange={({ target }) => change({ comment: target.value })}
          />
        )}
      </Field>
    </div>
  );
}
