import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Json, JsonObject } from '../../../../../../core/json.js';
import { Problem } from '../../../../lib/api/problem.js';
import { Button, Empty, Loading, ProblemPanel } from '../../../../ui/index.js';
import { type FieldError, validate } from '../../../../ui/schema-form/index.js';
import { useBuilder } from '../model/index.js';
import { type Choice, inputSchemaQuery, startRun } from './api.js';
import { VersionPicker } from './choose.js';
import { Forecast } from './forecast.js';
import { InputEditor } from './input-editor.js';
import { LastInputs } from './last-inputs.js';
import { MoreOptions } from './more-options.js';
import css from './run.module.css';

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

function Start({ name, warnOfChanges }: { name: string; warnOfChanges: boolean }) {
  const dirty = useBuilder((state) => state.dirty) && warnOfChanges;
  const [choice, setChoice] = useState<Choice>({ of: 'newest' });
  const [input, setInput] = useState<Json>({});
  const [more, setMore] = useState<{ metadata: JsonObject | undefined; priority: number | undefined }>({
    metadata: {},
    priority: undefined,
  });
  const [tried, setTried] = useState(false);
  const found = useQuery(inputSchemaQuery(name, choice));
  const { mutate, isPending, error, reset } = useStart();
  // Another input is another start: the refusal of the one before is not its.
  useEffect(reset, [input, choice, more, reset]);
  if (found.isPending) return <Loading label="Loading the input’s schema" />;
  if (found.isError) return <ProblemPanel error={found.error} onRetry={() => void found.refetch()} />;
  const { schema } = found.data;
  const wrong = schema ? validate(schema, input) : [];
  const shown = [
    ...(tried ? wrong : wrong.filter(({ message }) => message !== 'This is required.')),
    ...refusals(error),
  ];
  const start = (): void => {
    setTried(true);
    if (wrong.length === 0 && more.metadata)
      mutate({ name, choice, input, metadata: more.metadata, priority: more.priority });
  };
  return (
    <form
      className={css.panel}
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      {dirty && <p className={css.note}>Your unsaved changes are not in any version: what runs is what was saved.</p>}
      <VersionPicker name={name} value={choice} onChange={setChoice} />
      <InputEditor schema={schema} value={input} onChange={setInput} errors={shown} />
      <MoreOptions value={more} onChange={setMore} />
      <Forecast {...{ name, choice, input }} ready={wrong.length === 0} />
      {error && refusals(error).length === 0 && <ProblemPanel error={error} />}
      <div className={css.foot}>
        <LastInputs name={name} onPick={setInput} />
        <Button type="submit" look="primary" icon={<Play />} busy={isPending} disabled={more.metadata === undefined}>
          Start the run
        </Button>
      </div>
    </form>
  );
}

/** One key for each start, kept while it is tried again. */
function useStart() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const start = useMutation({
    mutationFn: (given: Omit<Parameters<typeof startRun>[0], 'key'>) => startRun({ ...given, key }),
    onSuccess: async ({ id }) => {
      void client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$runId', params: { runId: id } });
    },
    // What was refused did not start: with something else in it, it is another start.
    onError: (err) => err instanceof Problem && err.status >= 400 && err.status < 500 && setKey(crypto.randomUUID()),
  });
  return start;
}

/** Of a refusal, what is wrong with fields of the input. */
function refusals(error: unknown): FieldError[] {
  if (!(error instanceof Problem) || error.code !== 'INPUT_INVALID') return [];
  return (error.details.errors ?? []).map(({ pointer, message }) => ({
    pointer: pointer.replace(/^\/input/, ''),
    message,
  }));
}
