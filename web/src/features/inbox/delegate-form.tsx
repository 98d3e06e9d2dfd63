import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, ok } from '../../lib/api/client.js';
import { useZone } from '../../lib/time.js';
import { useMe } from '../session/session.js';
import { Button, Field, Input, ProblemPanel, TextArea, useNow } from '../../ui/index.js';
import { bodyOf, type DelegationBody, type DelegationForm, EMPTY_FORM } from './delegation.js';
import css from './delegations.module.css';

export function DelegateForm({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const { groups } = useMe();
  const zone = useZone();
  const [form, setForm] = useState<DelegationForm>(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  // The same key until it was taken: sent once more after a lost answer it is there once.
  const [key] = useState(() => crypto.randomUUID());
  const give = useMutation({
    mutationFn: (body: DelegationBody) =>
      ok(api.POST('/api/v1/delegations', { params: { header: { 'Idempotency-Key': key } }, body: body as never })),
    onSuccess: onDone,
  });
  const told = bodyOf(form, zone, useNow(30_000));
  const wrong = tried && 'wrong' in told ? told.wrong : {};
  const put = (part: Partial<DelegationForm>): void => setForm({ ...form, ...part });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if ('body' in told) give.mutate(told.body);
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <Field label="To" error={wrong.to}>
        {(field) => (
          <Input
            {...field}
            autoFocus
            placeholder="user:bob"
            value={form.to}
            onChange={({ target }) => put({ to: target.value })}
          />
        )}
      </Field>
      <div className={css.times}>
        <Field label="From (optional)" help="Now, unless said.">
          {(field) => (
            <Input
              {...field}
              type="datetime-local"
              value={form.from}
              onChange={({ target }) => put({ from: target.value })}
            />
          )}
        </Field>
        <Field label="Until" error={wrong.until} help={zone === 'utc' ? 'In UTC.' : 'In your zone.'}>
          {(field) => (
            <Input
              {...field}
              type="datetime-local"
              value={form.until}
              onChange={({ target }) => put({ until: target.value })}
            />
          )}
        </Field>
      </div>
      {groups.length > 0 && (
        <fieldset className={css.groups}>
          <legend>Only seats of these groups; with none chosen, all of your seats</legend>
          {groups.map((group) => (
            <label key={group}>
              <input
                type="checkbox"
                checked={form.groups.includes(group)}
                onChange={({ target }) =>
                  put({
                    groups: target.checked ? [...form.groups, group] : form.groups.filter((each) => each !== group),
                  })
                }
              />
              {group}
            </label>
          ))}
        </fieldset>
      )}
      <Field label="Only in runs of these workflows (optional)" help="Names with commas between them.">
        {(field) => (
          <Input {...field} value={form.workflows} onChange={({ target }) => put({ workflows: target.value })} />
        )}
      </Field>
      <Field label="Reason" error={wrong.reason}>
        {(field) => (
          <TextArea
            {...field}
            rows={2}
            maxLength={1000}
            value={form.reason}
            onChange={({ target }) => put({ reason: target.value })}
          />
        )}
      </Field>
      {give.isError && <ProblemPanel error={give.error} />}
      <div className={css.acts}>
        <Button type="submit" look="primary" busy={give.isPending}>
          Delegate
        </Button>
        <Button onClick={onCancel}>Back</Button>
      </div>
    </form>
  );
}
