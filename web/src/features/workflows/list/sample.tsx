import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, ProblemPanel } from '../../../ui/index.js';
import { api } from '../../../lib/api/client.js';
import { SAMPLE } from './sample-spec.js';
import css from './workflows.module.css';

/** A workflow that runs as it is, without anything outside of Heddle: to be read, changed and run. */
export function Sample() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST('/api/v1/workflows', {
        body: SAMPLE as never, // as text: its comments are what it teaches by
        bodySerializer: (body: unknown) => body as string,
        headers: { 'content-type': 'application/yaml' },
      });
      return data!;
    },
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: ['workflows'] });
      await navigate({ to: '/workflows/$id', params: { id: name } });
    },
  });
  return (
    <section className={css.sample} aria-label="A sample">
      <pre>{SAMPLE}</pre>
      {error && <ProblemPanel error={error} />}
      <div className={css.choices}>
        <Button look="primary" busy={isPending} onClick={() => mutate()}>
          Add this sample
        </Button>
        <Link to="/workflows/_new" className={css.other}>
          Begin with an empty one
        </Link>
      </div>
    </section>
  );
}
