import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { Problem } from '../../../../lib/api/problem.js';
import { Button, Empty, Loading, ProblemPanel } from '../../../../ui/index.js';
import { type FieldError, validate } from '../../../../ui/schema-form/index.js';
import { useBuilder } from '../model/index.js';
import { type Sent, sentAs } from '../../../../lib/request-key.js';
import { useKept } from '../use-kept.js';
import { type Choice, inputSchemaQuery, startRun } from './api.js';
import { VersionPicker } from './choose.js';
import { Forecast } from './forecast.js';
import { InputEditor } from './input-editor.js';
import { LastInputs } from './last-inputs.js';
import { focusMistake } from './mistake.js';
import { type More, MoreOptions, NO_MORE, objectOf } from './more-options.js';
import css from './run.module.css';
import { EMPTY, instead, type Typed } from './typed.js';

/** Starts a run of what is saved, and leads to it. `name`: of a workflow, where it isn't the builder's. */
export function RunPanel({ name: given }: { name?: string }) {
  const saved = useBuilder((state) => state.saved);
  const name = given ?? saved?.name;
  if (name === undefined)
    return (
      <Empty icon={Play} title="Save it first">
        A run is of a version, and a version is what was saved.
      </Empty>
    );
  return <Start key={name} name={name} warnOfChanges={given === undefined} />;
}

const NEWEST: Choice = { of: 'newest' };
function Start({ name, warnOfChanges }: { name: string; warnOfChanges: boolean }) {
  const dirty = useBuilder((state) => state.dirty) && warnOfChanges;
  const [choice, setChoice] = useKept<Choice>(`run ${name}: version`, NEWEST);
  const [typed, setTyped] = useKept<Typed>(`run ${name}: input`, EMPTY);
  const [more, setMore] = useKept<More>(`run ${name}: more`, NO_MORE);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<{ typed: Typed; choice: Choice; more: unknown }>();
  const mistaken = refused?.typed === typed && refused.choice === choice && refused.more === more;
  const found = useQuery(inputSchemaQuery(name, choice));
  const { mutate, isPending, error, reset } = useStart(name);
  // Another input is another start: the refusal of the one before is not its.
  useEffect(reset, [typed, choice, more, reset]);
  if (found.isPending) return <Loading label="Loading the input’s schema" />;
  if (found.isError) return <ProblemPanel error={found.error} onRetry={() => void found.refetch()} />;
  const { schema } = found.data;
  const { value } = typed;
  const metadata = objectOf(more.metadata);
  const wrong = schema && value !== undefined ? validate(schema, value) : [];
  const shown = [
    ...(tried ? wrong : wrong.filter(({ message }) => message !== 'This is required.')),
    ...refusals(error),
  ];
  const start = (form: HTMLElement): void => {
    flushSync(() => setTried(true)); // now every field says what is wrong with it
    // A field that the server has refused may be asked again. Any other is not what would be sent: JSON that is broken is no value.
    const marked = refusals(error).length === 0 && focusMistake(form);
    if (marked || value === undefined || wrong.length > 0 || !metadata) return setRefused({ typed, choice, more });
    mutate({ name, choice, input: value, metadata, priority: more.priority });
  };
  return (
    <form
      className={css.panel}
      onSubmit={(event) => {
        event.preventDefault();
        start(event.currentTarget);
      }}
    >
      {dirty && <p className={css.note}>Your unsaved changes are not in any version: what runs is what was saved.</p>}
      <VersionPicker name={name} value={choice} onChange={setChoice} />
      <InputEditor schema={schema} typed={typed} onType={setTyped} errors={shown} />
      <MoreOptions value={more} onChange={setMore} />
      <Forecast {...{ name, choice }} input={value} ready={value !== undefined && wrong.length === 0} />
      {error && refusals(error).length === 0 && <ProblemPanel error={error} />}
      {mistaken && (
        <p className={css.note} role="alert">
          Not started:{' '}
          {value === undefined ? 'the input is no JSON yet.' : 'something that is typed here is not right yet.'}
        </p>
      )}
      <div className={css.foot}>
        <LastInputs name={name} onPick={(input) => setTyped(instead(typed, input))} />
        <Button type="submit" look="primary" icon={<Play />} busy={isPending}>
          Start the run
        </Button>
      </div>
    </form>
  );
}

/** One key for each start, kept while the very same is tried again: it may have begun, and only its answer was lost. */
function useStart(name: string) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [last, setLast] = useKept<Sent | undefined>(`run ${name}: start`, undefined);
  return useMutation({
    mutationFn: (given: Omit<Parameters<typeof startRun>[0], 'key'>) => {
      const sent = sentAs(last, given);
      setLast(sent);
      return startRun({ ...given, key: sent.key });
    },
    onSuccess: async ({ id }) => {
      setLast(undefined);
      void client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$runId', params: { runId: id } });
    },
    // What was refused did not start.
    onError: (err) => err instanceof Problem && err.status >= 400 && err.status < 500 && setLast(undefined),
  });
}

/** Of a refusal, what is wrong with fields of the input. */
function refusals(error: unknown): FieldError[] {
  if (!(error instanceof Problem) || error.code !== 'INPUT_INVALID') return [];
  return (error.details.errors ?? []).map(({ pointer, message }) => ({
    pointer: pointer.replace(/^\/input/, ''),
    message,
  }));
}
